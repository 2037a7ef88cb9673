"""The yipiao command."""
