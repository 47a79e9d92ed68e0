"""What every kind of file is read as: numbered rows of text, and the reasons why one could not be read."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, NamedTuple, Self

from relacja.lib.errors import Refused
from relacja.lib.text import COMPUTED

MOST_COLUMNS = 300
LONGEST_CELL = 100_000

Kind = Literal["csv", "xlsx", "vcard"]


class Unreadable(Refused):
    """The file as a whole cannot be read."""


class Fault(NamedTuple):
    """Why a row cannot be taken: a code, the heading of the column it is about, and what stands there."""

    code: str
    heading: str = ""
    value: str = ""


class Row(NamedTuple):
    """One row. `number` is the line it begins on, the row of the sheet or the card; a row with a fault has the text
    that could not be read as its cells."""

    number: int
    cells: list[str]
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is read. `sheet` is of workbooks; `encoding` and `delimiter` are of text."""

    kind: Kind = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str = ""
    headed: bool = True

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, given: dict[str, Any]) -> Self:
        return cls(**{field.name: given[field.name] for field in fields(cls) if field.name in given})


def plain(text: str) -> str:
    """A cell as it was meant: without the apostrophe that keeps a spreadsheet from computing it."""
    return text[1:] if text[:1] == "'" and text.lstrip("'")[:1] in COMPUTED else text
