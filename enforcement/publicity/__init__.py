"""What must be made public, by when, for how long, and in which form."""
