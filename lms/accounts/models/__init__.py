"""People and their dated facts, sign-in methods and sessions."""
