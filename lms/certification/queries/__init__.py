"""The read side of certification."""
