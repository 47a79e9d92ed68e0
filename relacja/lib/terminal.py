"""The language of the terminal, for what is said before Django is set up."""

import os
from gettext import NullTranslations, translation
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"


def language() -> str:
    """`pl` or `en`, as the environment of the terminal says (POSIX: the first of these that is set)."""
    asked = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "pl" if asked.lower().startswith("pl") else "en"


def gettext(message: str) -> str:
    """`message` in the language of the terminal; its words are in `lib/locale`."""
    return _words().gettext(message)


def _words() -> NullTranslations:
    return translation("django", LOCALE, languages=[language()], fallback=True)
