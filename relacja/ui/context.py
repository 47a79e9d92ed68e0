"""What every page of the shell needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from relacja.ui import navigation, stylesheet

THEMES = frozenset({"light", "dark"})


def frame(request: HttpRequest) -> dict[str, Any]:
    """The company, where this person may go and is, and how they like the shell."""
    entries = navigation.entries_for(request)
    settings_pages = navigation.settings_for(request)
    settings_page = navigation.current(settings_pages, request.path)
    theme = request.COOKIES.get("theme", "")
    return {
        "company_name": settings.COMPANY_NAME,
        "navigation": entries,
        "phone_bar": navigation.for_phone(entries),
        "here": entries[-1] if settings_page else navigation.current(entries, request.path),
        "settings_sections": navigation.by_section(settings_pages) if settings_page else [],
        "settings_page": settings_page,
        "theme": theme if theme in THEMES else "",
        "folded": request.COOKIES.get("nav") == "folded",
        "stylesheet": stylesheet.digest(),
        "shell": "ui/base.html" if entries else "ui/plain.html",
    }
