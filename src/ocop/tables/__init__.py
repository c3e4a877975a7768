"""Sheets in from files, results out to tables."""
