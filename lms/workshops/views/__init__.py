"""Sessions, rosters, check-in and sign-offs."""
