"""The best lawful combination of programs, exactly, in whole 分."""
