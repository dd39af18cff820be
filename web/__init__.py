"""Deliver the matcher and the rules to people, programs and operators."""
