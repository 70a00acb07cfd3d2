"""What accounts decides, as pure values."""
