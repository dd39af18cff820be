"""Change rules safely and say in domain sentences what changed."""
