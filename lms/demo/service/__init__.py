"""What happens in the demo company, one file per part of its life; every step goes through the rooms' own services."""
