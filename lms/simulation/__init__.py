"""A whole year of a company, played on the real rules before a rule is changed."""
