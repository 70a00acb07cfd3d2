"""Published files, and what each publication changed."""
