"""Floor Desk: the handheld of people who pick, pack, receive and lead a shift."""
