"""Pure Python: a company in memory, its weeks, and what they show."""
