"""The labs. How to write one: README.md beside this file."""
