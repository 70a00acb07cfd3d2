"""When people may be written to."""
