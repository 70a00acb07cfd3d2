"""The read side of workshops."""
