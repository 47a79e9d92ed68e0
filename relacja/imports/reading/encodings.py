"""In which encoding a text was written. Marks and strict UTF-8 settle most; the rest is told by its Polish letters.

Libraries that guess among all encodings of the world take a short list of customers in ISO 8859-2 for Welsh. Here the
question is narrower: which of the few that Polish programs have written gives words, and not signs inside of words.
"""

import codecs
import re
from dataclasses import dataclass

POLISH = ("cp1250", "iso8859-2", "cp852", "mac_latin2")
WESTERN = ("cp1252",)
LABELS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1250": "Windows-1250",
    "iso8859-2": "ISO 8859-2",
    "cp852": "CP 852 (DOS)",
    "mac_latin2": "Mac Central European",
    "cp1252": "Windows-1252",
}
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LOOKED_AT = 256_000
_LETTERS = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"
_OTHERS = "äöüÄÖÜßéèáíúčďěňřšťžýůÉČŠŽáőű"
_SIGNS = "„”“’–—…§°«»€№\xa0×"
_CAPITAL_INSIDE = re.compile(r"[a-ząćęłńóśźż][ĄĆĘŁŃÓŚŹŻ]|(?<![A-ZĄĆĘŁŃÓŚŹŻ])[A-Z][ĄĆĘŁŃÓŚŹŻ](?=[a-z])")


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest encoding; `doubtful` when others read nearly as well and a person should look."""

    encoding: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True, order=True)
class _Likeness:
    """How much a text read in an encoding looks like people's data, and how many signs in it do not."""

    score: float
    encoding: str
    strange: int
    text: str


def guess(beginning: bytes) -> Guess:
    """The encoding of a text that begins so. Looks at 256 kB of it."""
    sample = beginning[:LOOKED_AT]
    for mark, encoding in MARKS:
        if sample.startswith(mark):
            return Guess(encoding)
    if wide := _without_mark(sample):
        return Guess(wide)
    if _is_utf8(sample):
        return Guess("utf-8")
    if _mostly_utf8(sample):
        return Guess("utf-8", doubtful=True)
    ranked = sorted((_likeness(sample, encoding) for encoding in (*POLISH, *WESTERN)), reverse=True)
    best, others = ranked[0], [one for one in ranked[1:] if one.text != ranked[0].text]
    is_rivalled = any(one.strange <= best.strange and one.score > 0.7 * best.score for one in others)
    return Guess(best.encoding, doubtful=best.score <= 0 or is_rivalled)


def width(encoding: str) -> int:
    """How many bytes the shortest sign takes."""
    return 2 if encoding.startswith("utf-16") else 1


def _without_mark(sample: bytes) -> str:
    """UTF-16 without a mark: in a list of people every other byte is zero."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.5 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.5 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(sample: bytes) -> bool:
    """UTF-8 in which some lines are not: two files were joined. The lines that cannot be read are refused later."""
    lines = [line for line in sample.splitlines() if not line.isascii()]
    return len(lines) > 1 and sum(_is_utf8(line) for line in lines) > 0.6 * len(lines)


def _likeness(sample: bytes, encoding: str) -> _Likeness:
    """Polish letters speak for an encoding, signs inside words against it."""
    text = sample.decode(encoding, errors="replace")
    score, strange = 0.0, 0
    for sign in filter(lambda char: char > "\x7f", text):
        if sign in _LETTERS:
            score += 3
        elif sign in _OTHERS:
            score += 1 if encoding != "cp1252" else 2
        elif sign not in _SIGNS:
            strange += 1
    strange += sum(char < " " and char not in "\t\r\n" for char in text) + len(_CAPITAL_INSIDE.findall(text))
    return _Likeness(score - 3 * strange, encoding, strange, text)
