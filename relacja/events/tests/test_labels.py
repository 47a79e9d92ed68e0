"""Whatever works by itself has a name in front of people, in both languages."""

import pytest
from django.utils import translation

from relacja.events import subscriptions
from relacja.jobs import pumps, work

OURS = [
    *(("subscriber", name, subscriptions.label_of) for name in subscriptions.names()),
    *(("pump", pump.name, pumps.label_of) for pump in pumps.pumps()),
    *(("task", kind, work.label_of) for kind in work.kinds() if not kind.startswith("jobs.")),
]


@pytest.mark.parametrize(("what", "name", "label_of"), OURS, ids=[f"{what}:{name}" for what, name, _ in OURS])
def test_everything_that_works_by_itself_has_a_label(what, name, label_of):
    with translation.override("en"):
        english = label_of(name)
    with translation.override("pl"):
        polish = label_of(name)

    assert english not in ("", name), f"give the {what} {name} a label"
    assert polish != english


def test_what_no_longer_exists_keeps_its_name():
    assert [label_of("gone.away") for label_of in (subscriptions.label_of, pumps.label_of, work.label_of)] == [
        "gone.away"
    ] * 3
