"""Committed quantile tables: 1,025 integers each, built by script/build-quantiles."""
