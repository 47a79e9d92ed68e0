"""External data as columns of the list of people and of its files."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from relacja.contacts import lent
from relacja.contacts.fields import Known
from relacja.external import queries, sources


def offered() -> Iterable[tuple[Known, Any]]:
    """Each column of each source in use, under the name of its source."""
    return [
        (column, f"{column.label} · {source.label}")
        for source in sources.remembered().values()
        for column in source.columns.values()
    ]


def told(contact_ids: Sequence[int], paths: Collection[str]) -> Mapping[int, Mapping[str, Any]]:
    """What the tables say of these people. One question to the facts for 2,000 of them."""
    named = {path: found for path in paths if (found := sources.of_path(path))}
    return {
        pk: {
            path: by_source[source.key].data.get(column.key)
            for path, (source, column) in named.items()
            if source.key in by_source
        }
        for pk, by_source in queries.held(contact_ids).items()
    }


lent.add(lent.Lender(offered, told))
