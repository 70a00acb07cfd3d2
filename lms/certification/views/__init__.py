"""Pages of certification, one file per audience."""
