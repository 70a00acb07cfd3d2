"""The read side of accounts."""
