import pytest
from django.utils.translation import override

from relacja.journeys import actions, rules
from relacja.lib.errors import Refused

WAIT = {"id": "w", "kind": "wait", "minutes": 60}
LETTER = {"id": "m", "kind": "test-letter"}
CONSENT = {"all": [{"kind": "consent", "purpose": "newsletter", "channel": "email", "state": "given"}]}


def draft(**changes):
    return {"trigger": {"event": "Product Added"}, "steps": [WAIT, LETTER], **changes}


def test_branches_come_together_again_behind_the_step_that_branched():
    parting = {
        "id": "c",
        "kind": "condition",
        "rule": CONSENT,
        "yes": [{"id": "y1", "kind": "wait", "days": 1}, {"id": "y2", "kind": "test-letter"}],
        "no": [],
    }

    nodes = rules.read(draft(steps=[WAIT, parting, LETTER])).nodes

    assert nodes["w"].ways == {"onward": "c"}
    assert nodes["c"].ways == {"onward": "m", "yes": "y1", "no": "m"}
    assert nodes["y1"].ways == {"onward": "y2"}
    assert nodes["y2"].ways == {"onward": "m"}
    assert nodes["m"].ways == {"onward": None}
    assert [(node.id, node.depth, node.branch) for node in nodes.values()][2] == ("y1", 1, "yes")


def test_the_first_wait_may_follow_steps_that_do_not_wait():
    note = {"id": "n", "kind": "test-letter"}
    second = {"id": "z", "kind": "wait", "days": 1}

    definition = rules.read(draft(steps=[note, WAIT, second]))

    assert [definition.is_first_wait(step) for step in ("n", "w", "z")] == [False, True, False]


def test_how_often_is_read_strictly():
    assert rules.read(draft(again="never")).again_after is None
    assert rules.read(draft(again="always")).again_after.days == 0
    assert rules.read(draft(again="days", again_days=7)).again_after.days == 7


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"steps": []}, "step"),
        ({"steps": {}}, "list"),
        ({"steps": [WAIT, WAIT]}, "same id"),
        ({"steps": [{"kind": "wait", "minutes": 5}]}, "id"),
        ({"steps": [{"id": "W!", "kind": "wait", "minutes": 5}]}, "id"),
        ({"steps": [{"id": "w", "kind": "teleport"}]}, "teleport"),
        ({"steps": [{"id": "w", "kind": "wait"}]}, "how long"),
        ({"steps": [{"id": "w", "kind": "wait", "minutes": "5"}]}, "minutes"),
        ({"steps": [{**WAIT, "colour": "red"}]}, "colour"),
        ({"steps": [{"id": "x", "kind": "exit"}, WAIT]}, "last"),
        ({"steps": [{"id": "c", "kind": "condition", "yes": [], "no": []}]}, "who goes"),
        ({"steps": [{"id": "c", "kind": "condition", "rule": CONSENT, "yes": {}, "no": []}]}, "yes"),
        ({"steps": [{"id": "c", "kind": "condition", "rule": {"all": [{"kind": "mood"}]}}]}, "mood"),
        ({"steps": [{"id": "s", "kind": "send", "template": "t", "message": "marketing"}]}, "purpose"),
        ({"steps": [{"id": "s", "kind": "send", "message": "marketing", "purpose": "newsletter"}]}, "template"),
        ({"steps": [{**WAIT, "id": f"w{i}"} for i in range(101)]}, "100"),
        ({"trigger": None}, "begins"),
        ({"trigger": {"event": ""}}, "event"),
        ({"trigger": {"event": "A", "where": [{"property": "x;y", "op": "is", "value": "1"}]}}, "x;y"),
        ({"trigger": {"event": "A", "where": [{"property": "x", "op": "like", "value": "1"}]}}, "like"),
        ({"exit_on": [{"event": "Product Added"}]}, "begins and ends"),
        ({"exit_on": "Order Completed"}, "exit_on"),
        ({"again": "sometimes"}, "again"),
        ({"again": "days", "again_days": 0}, "again_days"),
        ({"lookback_hours": 10_000}, "lookback_hours"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(wrong, says):
    with override("en"), pytest.raises(Refused) as refusal:
        rules.read(draft(**wrong))

    assert says.lower() in str(refusal.value).lower()
    assert str(refusal.value).endswith((".", "?"))


def test_branches_nested_too_deep_are_refused():
    steps = [WAIT]
    for level in range(7):
        steps = [{"id": f"c{level}", "kind": "condition", "rule": CONSENT, "yes": steps, "no": []}]

    with pytest.raises(Refused):
        rules.read(draft(steps=steps))


def test_publishing_checks_that_what_is_named_exists(db, now):
    send = {"id": "s", "kind": "send", "template": "no-such", "message": "marketing", "purpose": "newsletter"}
    journey = actions.create(name="Half-done", now=now, draft=draft(steps=[send]))

    with pytest.raises(Refused, match="no-such"):
        actions.publish(journey, now=now)

    assert journey.versions.count() == 0


def test_publishing_the_same_again_is_refused(db, now):
    journey = actions.create(name="Twice", now=now, draft=draft())
    actions.publish(journey, now=now)

    with pytest.raises(Refused):
        actions.publish(journey, now=now)


def test_keys_are_made_from_names_and_stay_apart(db, now):
    keys = [actions.create(name="Żółty koszyk", now=now).key for _ in range(3)]

    assert keys == ["zolty-koszyk", "zolty-koszyk-2", "zolty-koszyk-3"]
