"""What a product of the shop is, and the words that several kinds of products share."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.utils.translation import get_language

CURRENCY = "PLN"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages; as a string it speaks the language of the page."""

    pl: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.pl


class Picture(Protocol):
    def svg(self) -> str:
        """The drawing as a whole SVG document."""


@dataclass(frozen=True, slots=True, eq=False)
class Category:
    slug: str
    name: Words
    line: Words
    cover: str


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    sku: str
    slug: str
    category: Category
    name: Words
    line: Words
    text: Words
    price: Decimal
    facts: tuple[tuple[Words, Words], ...]
    picture: Picture
    sizes: tuple[str, ...] = ()
    badge: Words | None = None

    @property
    def usual_size(self) -> str:
        """The size most people take: the middle one."""
        return self.sizes[(len(self.sizes) - 1) // 2] if self.sizes else ""

    def has_size(self, size: str) -> bool:
        return size in self.sizes if self.sizes else size == ""


NEW = Words("Nowość", "New")
LOVED = Words("Ulubiony", "Favourite")
WEIGHT = Words("Waga", "Weight")
MATERIAL = Words("Materiał", "Material")
CHARGE = Words("Zasilanie", "Power")
SAFETY = Words("Norma", "Standard")
AGE = Words("Wiek", "Age")


def same(text: str) -> Words:
    """A text of numbers and codes: only the decimal mark differs."""
    return Words(text, re.sub(r"(\d),(\d)", r"\1.\2", text))
