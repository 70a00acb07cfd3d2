"""The read side of assessment."""
