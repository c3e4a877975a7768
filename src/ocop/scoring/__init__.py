"""Sheets to scores to rankings, in whole numbers."""
