"""Segments forget people without saying so."""

from relacja.contacts.forgetting import forgets
from relacja.segments import actions

forgets(actions.forget)
