"""Pages that span rooms, one file each."""
