"""What cohorts decides, as pure values."""
