"""What people type: shapes and messages."""
