"""The summary audit: eight claims of an AI-written monthly summary, held against the ledger."""
