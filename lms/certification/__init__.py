"""Levels, awards, their documents and credentials, and how anyone checks them."""
