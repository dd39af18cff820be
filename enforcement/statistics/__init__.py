"""What the inspections show of the whole district, and whether the draws themselves look fair."""
