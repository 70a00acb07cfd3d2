"""Files that readiness reads."""
