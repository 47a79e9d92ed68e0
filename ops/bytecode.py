"""Compile the packages that the program loads, so that the first start is as quick as the next.

Who installs packages does not always compile them, and where PYTHONDONTWRITEBYTECODE is set nobody ever would: every
start then reads two thousand files as text, which takes longer than all the rest of it.
"""

import os
import py_compile
import sys
import tempfile
from importlib import import_module
from importlib.util import cache_from_source
from pathlib import Path


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "relacja.config.settings", "RELACJA_HOME": home}
        import django

        django.setup()
        for name in ("relacja.config.processes", "relacja.config.urls", "relacja.config.schedule", "chdb"):
            import_module(name)
    for module in list(sys.modules.values()):
        source = getattr(module, "__file__", None) or ""
        if source.endswith(".py") and not _is_compiled(source):
            py_compile.compile(source, quiet=1)


def _is_compiled(source: str) -> bool:
    compiled = Path(cache_from_source(source))
    return compiled.exists() and compiled.stat().st_mtime >= Path(source).stat().st_mtime


if __name__ == "__main__":
    main()
