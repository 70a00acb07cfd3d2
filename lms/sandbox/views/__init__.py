"""Pages of the simulators."""
