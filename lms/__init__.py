"""Groundschool: training, simulation and certification for people who work beside AI."""
