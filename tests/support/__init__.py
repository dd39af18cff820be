"""Start the real servers and the real browser that tests need."""
