"""Programmes assigned to people, the evidence ledger, progress derived from it, and the player shell."""
