"""Test the rooms, each in the folder of its name."""
