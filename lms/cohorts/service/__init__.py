"""The write side of cohorts, one file per use case."""
