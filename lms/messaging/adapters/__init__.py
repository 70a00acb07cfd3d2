"""Templates and the mail server."""
