"""The consoles, one package each; README.md says how to write another."""
