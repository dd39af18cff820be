"""Keep inspections and penalties provably fair."""
