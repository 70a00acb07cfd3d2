"""The write side of workshops, one file per use case."""
