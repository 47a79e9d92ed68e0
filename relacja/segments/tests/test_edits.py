from relacja.segments import edits
from relacja.segments.drafts import MOST_PARTS, Draft, Group

CITY, STAGE = {"kind": "attribute", "field": "city"}, {"kind": "stage", "stage": "lead"}


def draft(*parts):
    """A draft of these parts; a tuple is a group, its mode first."""
    return Draft.of_form({"0:mode": "all"} | _form("0", parts))


def _form(place, parts):
    form = {}
    for number, part in enumerate(parts):
        at = f"{place}.{number}"
        if isinstance(part, tuple):
            form |= {f"{at}:mode": part[0]} | _form(at, part[1:])
        else:
            form |= {f"{at}:{name}": value for name, value in part.items()}
    return form


def shape(group):
    return [[part.mode, *shape(part)] if isinstance(part, Group) else part.kind for part in group.parts]


def after(written, asked):
    edits.change(written, asked)
    return shape(written.root)


def test_a_condition_moves_past_its_neighbours_into_groups_and_out():
    assert after(draft(CITY, STAGE), "down:0.0") == ["stage", "attribute"]
    assert after(draft(CITY, STAGE), "up:0.1") == ["stage", "attribute"]
    assert after(draft(CITY, ("any", STAGE)), "down:0.0") == [["any", "attribute", "stage"]]
    assert after(draft(("any", STAGE), CITY), "up:0.1") == [["any", "stage", "attribute"]]
    assert after(draft(("any", STAGE, CITY)), "up:0.0.0") == ["stage", ["any", "attribute"]]
    assert after(draft(("any", STAGE, CITY)), "down:0.0.1") == [["any", "stage"], "attribute"]
    assert after(draft(CITY), "up:0.0") == ["attribute"]


def test_a_group_moves_as_one_and_is_taken_apart():
    assert after(draft(("any", STAGE), CITY), "down:0.0") == ["attribute", ["any", "stage"]]
    assert after(draft(CITY, ("any", STAGE, CITY)), "unwrap:0.1") == ["attribute", "stage", "attribute"]
    assert after(draft(CITY, STAGE), "wrap:0.1") == ["attribute", ["any", "stage"]]
    assert after(draft(("any", STAGE), CITY), "remove:0.0") == ["attribute"]


def test_a_copy_stands_behind_and_is_its_own():
    written = draft(CITY, ("any", STAGE))
    edits.change(written, "copy:0.1")
    written.at("0.2.0").typed["stage"] = "customer"

    assert shape(written.root) == ["attribute", ["any", "stage"], ["any", "stage"]]
    assert written.at("0.1.0").typed["stage"] == "lead"
    assert [part.place for part in written.root.parts] == ["0.0", "0.1", "0.2"]


def test_buttons_that_make_no_sense_do_nothing():
    nonsense = [
        "",
        "up",
        "up:0.9",
        "copy:0",
        "add:0:horoscope",
        "add:0.0:stage",
        "open:0.0:times",
        "wrap:7",
        "drop:0.0",
    ]

    assert [after(draft(CITY), one) for one in nonsense] == [["attribute"]] * len(nonsense)


def test_there_is_room_for_a_number_of_conditions():
    written = draft(CITY)
    for _turn in range(MOST_PARTS * 2):
        edits.change(written, "copy:0.0")

    assert len(written.conditions()) == MOST_PARTS


def test_a_fold_opens_and_what_is_filled_in_keeps_it_open():
    written = draft({"kind": "event", "name": "Product Viewed", "op": "at_least", "times": "1"})
    shown = [one.name for one in written.at("0.0").inputs]
    edits.change(written, "open:0.0:within")

    assert shown == ["name", "op", "times"]
    assert [one.name for one in written.at("0.0").inputs] == ["name", "op", "times", "within", "unit"]
    assert [name for name, _label in written.at("0.0").folded] == ["where", "after_last"]
    assert not written.at("0.0").is_unfinished


def test_a_step_too_long_is_left_out_and_the_oldest_are_forgotten():
    form = {"0:mode": "all", "0.0:kind": "stage", "0.0:stage": "lead"}
    past = ["x" * (edits.LONGEST_STEP + 1), *(f"0%3Amode=any&n={number}" for number in range(edits.MOST_STEPS))]

    _draft, steps = edits.step({**form, "do": "copy:0.0"}, past)

    assert len(steps) == edits.MOST_STEPS
    assert steps[0] == "0%3Amode=any&n=1"
    assert "lead" in steps[-1]
