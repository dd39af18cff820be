"""Hold how law is written down: the policy language and the corpus written in it."""
