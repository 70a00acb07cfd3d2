"""Quizzes and cards as people take them, marking of open answers, and how questions do."""
