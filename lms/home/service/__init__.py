"""The write side of the pages that span rooms."""
