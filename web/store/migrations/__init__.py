"""Number every change of the schema, forwards and back, for both databases."""
