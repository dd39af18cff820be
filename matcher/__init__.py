"""Say what the rules mean for an applicant."""
