"""The write side of certification, one file per use case."""
