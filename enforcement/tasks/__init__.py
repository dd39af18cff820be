"""Lists, plans, tasks and visits of inspections: what may be checked, by whom, how often, and how it ended."""
