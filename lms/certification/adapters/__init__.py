"""Credentials as the standards have them: Open Badges 3.0, Data Integrity proofs, status lists, keys; and the check."""
