"""What learning decides, as pure values."""
