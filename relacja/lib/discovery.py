"""Autodiscovery: an app contributes to an engine below by having a module with a known name."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps


def contributions(module: str) -> list[str]:
    """Import `<app>.<module>` of every installed Relacja app that has one, floor by floor, and name them."""
    found = []
    for config in apps.get_app_configs():
        name = f"{config.name}.{module}"
        if config.name.startswith("relacja.") and find_spec(name) is not None:
            import_module(name)
            found.append(name)
    return found
