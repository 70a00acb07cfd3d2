"""The read side of the simulators."""
