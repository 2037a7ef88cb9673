"""Slips, keys and the box."""
