"""Splices."""
