"""The one place that knows about htmx."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from relacja.ui import toasts
from relacja.ui.http import Request


def page(
    request: Request, template: str, context: Mapping[str, Any], *, fragment: str = "", status: int = 200
) -> HttpResponse:
    """Render the whole page, or only its `fragment`, with the toasts that wait, when htmx asked for it."""
    htmx = request.htmx
    if fragment and htmx and not htmx.boosted and not htmx.history_restore_request:
        response = render(request, f"{template}#{fragment}", context, status=status)
        response.write(toasts.waiting(request))
    else:
        response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
