"""How well the tests inside policy files hold a rule: what they touch, which faults they notice, which rows are missing."""
