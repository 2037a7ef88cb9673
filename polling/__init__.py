"""Polls, people and the database."""
