"""The write side of readiness."""
