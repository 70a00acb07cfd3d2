"""What the boards decide, as pure values."""
