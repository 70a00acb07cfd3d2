"""Quizzes, surveys and check questions: attempts, grading, results."""
