"""Text as people write it, made comparable."""

import unicodedata

_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "œ": "oe"})


def cleaned(text: str) -> str:
    """`text` fit to be stored: no NUL, no lone surrogates, NFC, no space around."""
    whole = text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", whole).strip()


def folded(text: str) -> str:
    """`text` without accents and case, spaces single: what searching and comparing use."""
    plain = unicodedata.normalize("NFKD", cleaned(text).translate(_LETTERS))
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).casefold().split())
