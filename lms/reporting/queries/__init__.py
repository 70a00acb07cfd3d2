"""The read side of reports."""
