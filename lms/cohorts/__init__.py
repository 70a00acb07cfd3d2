"""Rollouts, waves and their calendar; cohorts, their members and their champions."""
