"""Text as people write it, made comparable."""

import unicodedata

COMPUTED = frozenset("=+-@\t\r\n")
_LETTERS = {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "œ": "oe"}


class _Plain(dict[int, str]):
    """For each letter what is left of it without accents, found out once."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        parts = unicodedata.normalize("NFKD", _LETTERS.get(letter, letter))
        self[code] = plain = "".join(char for char in parts if not unicodedata.combining(char))
        return plain


_PLAIN = _Plain()


def cleaned(text: str) -> str:
    """`text` fit to be stored: no NUL, no lone surrogates, NFC, no space around."""
    if text.isascii():
        return text.replace("\x00", "").strip()
    whole = text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", whole).strip()


def folded(text: str) -> str:
    """`text` without accents and case, spaces single: what searching and comparing use."""
    if text.isascii():
        return " ".join(text.replace("\x00", "").casefold().split())
    return " ".join(cleaned(text).translate(_PLAIN).casefold().split())


def harmless(text: str) -> str:
    """A cell that no spreadsheet computes: an apostrophe before what begins like a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip("'")[:1] in COMPUTED else text
