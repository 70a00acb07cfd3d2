"""Courses as checked source code: read, checked all at once, compiled to immutable releases, published."""
