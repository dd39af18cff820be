"""Keep an append-only log that anyone can check."""
