"""The read side of pages that span rooms."""
