"""The read side of learning."""
