"""Pages of accounts: signing in, one's own settings, and people."""
