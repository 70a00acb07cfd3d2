"""Files the demo company would be given."""
