"""What a course is, and everything about it that can be decided from values alone."""
