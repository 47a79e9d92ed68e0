"""Lists of places as tests want them: a few lines of Poland as GeoNames writes them."""

from datetime import datetime
from io import BytesIO

from relacja.places import actions, queries
from relacja.places.models import Gazetteer
from relacja.staff.models import User

LINES = [
    ("PL", "31-042", "Kraków", "Lesser Poland", "77", 50.0615, 19.94),
    ("PL", "30-001", "Kraków", "Lesser Poland", "77", 50.0759, 19.941),
    ("PL", "32-020", "Wieliczka", "Lesser Poland", "77", 49.987, 20.0647),
    ("PL", "00-002", "Warszawa", "Mazovia", "78", 52.2358, 21.0101),
    ("PL", "59-700", "Bolesławiec", "Lower Silesia", "72", 51.2628, 15.5599),
    ("PL", "59-700", "Golnice", "Lower Silesia", "72", 51.3504, 15.5852),
    ("PL", "05-502", "Nowa Wieś", "Mazovia", "78", 52.05, 20.95),
    ("PL", "59-700", "Nowa Wieś", "Lower Silesia", "72", 51.3299, 15.6101),
]


def written(lines: list[tuple] | None = None) -> bytes:
    """Lines as GeoNames writes them."""
    rows = [(*one[:5], "", "", "", "", *map(str, one[5:]), "4") for one in (LINES if lines is None else lines)]
    return "".join("\t".join(row) + "\n" for row in rows).encode()


def make_gazetteer(now: datetime, content: bytes | None = None, by: User | None = None) -> Gazetteer:
    """A list that somebody brought, read and in force."""
    by = by or User.objects.create(email="geo@firma.example", name="Geo")
    content = written() if content is None else content
    made = actions.take(BytesIO(content), name="PL.txt", size=len(content), by=by, now=now)
    actions.read_in(made, now=now)
    made.refresh_from_db()
    return made


def place(postcode: str = "", city: str = "", country: str = "PL") -> queries.Place:
    """Where such an address is."""
    address = queries.Address(country, postcode, city)
    return queries.located([address])[address]
