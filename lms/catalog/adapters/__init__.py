"""Readers and writers of course files."""
