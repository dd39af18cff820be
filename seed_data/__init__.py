"""Hold the fictitious enterprises and persons of the demonstration."""
