"""The write side of learning, one file per use case."""
