"""Who is ready and why not; pure functions of dated facts."""
