"""What decides in assessment: drawing, limits, grading."""
