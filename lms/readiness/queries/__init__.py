"""The read side of readiness."""
