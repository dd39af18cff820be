"""Say what goes in and out of the service: schemas made from the field dictionary, and the shapes of answers."""
