"""Quiz, survey and question files."""
