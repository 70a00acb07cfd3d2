"""The read side of cohorts."""
