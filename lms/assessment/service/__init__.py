"""The write side of assessment, one file per use case."""
