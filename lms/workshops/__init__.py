"""Live sessions and observed work."""
