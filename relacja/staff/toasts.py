"""Toasts about what was changed: they take it back."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from relacja.staff.models import ChangeSet
from relacja.ui import toasts


def changed(request: HttpRequest, sentence: Any, made: ChangeSet | None) -> None:
    """Show `sentence`; for ten seconds its button takes the set back. Without a set there is nothing to take back."""
    toasts.say(request, sentence, undo=reverse("staff:reversal", args=[made.pk]) if made else "")
