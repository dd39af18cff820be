"""The product and other engines on the same programs and applicants, in one run."""
