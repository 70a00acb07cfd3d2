"""`lms demo` and `lms courses preview`."""
