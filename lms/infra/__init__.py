"""What the rooms stand on: database, settings, jobs, events, audit, storage and the web shell."""
