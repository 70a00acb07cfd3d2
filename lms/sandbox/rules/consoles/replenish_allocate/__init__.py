"""Replenish & Allocate: the planner's desk, where an AI forecasts demand and proposes orders and stock transfers."""
