"""Evaluate one applicant against the rules with a full trace."""
