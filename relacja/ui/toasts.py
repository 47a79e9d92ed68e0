"""Say what happened, on this page or the next one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string


def say(request: HttpRequest, sentence: Any, *, undo: str = "") -> None:
    """Show `sentence` as a toast with this answer or after the redirect; `undo` is where a POST takes it back."""
    messages.success(request, sentence, extra_tags=undo)


def warn(request: HttpRequest, sentence: Any) -> None:
    """The same in amber, for what the person should look at."""
    messages.warning(request, sentence)


def waiting(request: HttpRequest) -> str:
    """The toasts not shown yet, for a fragment to carry along. Empty when there are none; shows each once."""
    said = list(messages.get_messages(request))
    return render_to_string("ui/parts/carried.html", {"said": said}, request=request) if said else ""
