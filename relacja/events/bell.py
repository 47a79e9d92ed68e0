"""Rings when the log has new entries."""

from relacja.lib.bell import Bell

log = Bell()
