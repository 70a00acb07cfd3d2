"""What workshops decides, as pure values."""
