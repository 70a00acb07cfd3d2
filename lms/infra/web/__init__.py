"""The web shell every page stands in: security headers, request ids, errors, health, assets and templates."""
