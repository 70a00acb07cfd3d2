"""`*.q.md`: questions as Markdown."""
