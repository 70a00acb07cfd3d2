"""Hashing, sealing, and the reading of HR files."""
