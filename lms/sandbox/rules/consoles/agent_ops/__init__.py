"""Agent Ops: what IT watches, where an AI triages agent events, drift, releases and data feeds."""
