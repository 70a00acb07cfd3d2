"""The write side of the simulators, one file per use case."""
