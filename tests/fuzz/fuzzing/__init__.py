"""Fuzzing of everything that reads: any bytes give a sound result or our own errors, in bounds."""
