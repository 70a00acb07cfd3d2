"""People as HR knows them, how they sign in, and what each may do."""
