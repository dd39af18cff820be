"""Hold one module for each numbered change of the schema."""
