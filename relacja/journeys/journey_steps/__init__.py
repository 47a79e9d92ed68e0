"""The steps every journey can have; apps add theirs in a `journey_steps` of their own."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
