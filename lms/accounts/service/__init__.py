"""The write side of accounts, one file per use case."""
