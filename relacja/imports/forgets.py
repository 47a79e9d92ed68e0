"""Imports forget people with their rows."""

from relacja.contacts.forgetting import forgets
from relacja.imports import actions

forgets(actions.forget)
