"""What every kind of condition promises, whatever app it is of."""

import json
from datetime import datetime
from typing import Any

import pytest

from relacja.lib.errors import Refused
from relacja.segments import queries, rules
from relacja.segments.rules import Evidence, Person


def keeps_the_contract(example: dict[str, Any], now: datetime) -> None:
    """A condition that is true of nobody survives being written down, has words, and refuses what is wrong in it."""
    found = rules.read(example)
    someone = Person(1, {"stage": "lead"}, {}, (), now)

    assert rules.read(json.loads(json.dumps(found.to_json()))) == found
    assert "" not in (found.words(), str(found.label), found.icon)
    assert found.check(someone) is False
    assert isinstance(found.evidence(someone), Evidence)
    assert queries.ids(found, now) == []
    assert queries.holding([found], [1], now) == [set()]
    with pytest.raises(Refused, match="surprise"):
        rules.read({**example, "surprise": 1})
    for name in example.keys() - {"kind", "where", "after_last", "within", "unit", "ago"}:
        with pytest.raises(Refused):
            rules.read({**example, name: ["wrong"]})
        with pytest.raises(Refused):
            rules.read({key: value for key, value in example.items() if key != name})
