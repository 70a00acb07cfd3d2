"""The coordinator's planning pages."""
