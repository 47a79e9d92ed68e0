"""Conditions on companies: the question to the records means what plain Python says, for every kind of field."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from relacja.contacts import actions, conditions, field_kinds
from relacja.contacts.comparing import ALONE, COUNTING
from relacja.contacts.listing import firms
from relacja.contacts.models import Company, Record
from relacja.contacts.tests.people import make_contact
from relacja.lib.errors import Refused
from relacja.staff.actions import make_team
from relacja.staff.models import Team

TEXTS = ["Żółw", "żółw", "ŁÓDŹ", "a%b", "a_b", "Gdynia", "gdy", "1", ""]
RANDOMLY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
OWN = {
    "text": ["Żółw w stawie", "a%b", "axb", "ŁÓDŹ"],
    "number": [0, 7, 12.5, -3],
    "money": [{"amount": "99.90", "currency": "PLN"}, {"amount": "12.50", "currency": "EUR"}],
    "date": ["2026-10-25", "2026-10-24", "2026-10-01", "2027-01-01"],
    "yes_no": [True, False],
    "choice": ["red", "blue"],
    "choices": [["red"], ["red", "blue"]],
    "link": ["https://zolc.example/", "https://Inny.example/"],
    "reference": [],
}


@pytest.fixture
def crowd(db, now, alice):
    """Thirty companies with a value of every kind of field, or without, and some people in each."""
    made = {
        kind: actions.make_field(
            Record.COMPANY, kind=kind, label=f"Pole {kind}", choices=["Red", "Blue"], target=Record.COMPANY, now=now
        )
        for kind in OWN
    }
    make_team(name="Pomorze", members=[alice.pk], now=now)
    make_team(name="Hurt", now=now)
    companies = []
    for number in range(30):
        kept = {
            made[kind].key: values[number % (len(values) + 1)]
            for kind, values in OWN.items()
            if number % (len(values) + 1) < len(values)
        }
        if companies and number % 2:
            kept[made["reference"].key] = companies[number % 3 if number > 3 else 0].pk
        companies.append(
            Company.objects.create(
                name=f"Firma {number}",
                name_key=f"firma {number}",
                city=TEXTS[number % len(TEXTS)],
                country=["PL", "DE", ""][number % 3],
                vat_id=["", "5260250274", "DE136695976"][number % 3],
                doubled_at=now if number > 2 else None,
                owner=alice if number % 2 else None,
                parent=companies[number // 2] if number > 4 else None,
                attributes=kept,
                created_at=now - timedelta(hours=number * 7),
            )
        )
    for number in range(20):
        contact = make_contact(now, email=f"p{number}@zolc.example", company=f"Firma {number % 7}")
        if number % 5 == 0:
            actions.archive(contact, now=now)
    return companies


def values(subject: conditions.Subject, op: str, companies: list[Company], alice_id: int) -> st.SearchStrategy:
    """What may stand on the right of an operator."""
    if op in ALONE:
        return st.none()
    if op in COUNTING:
        return st.sampled_from([1, 2, 5, 30, 364])
    if op in ("before", "after"):
        return st.sampled_from(["2026-10-24", "2026-10-25", "2026-10-20", "2027-06-01"])
    if subject.family == "number":
        return st.sampled_from([0, 1, 3, 7, 12.5, 99.9, -3])
    if subject.family == "record":
        return st.sampled_from([alice_id] if subject.path == "owner" else [one.pk for one in companies[:4]])
    if subject.family == "team":
        return st.sampled_from([team.pk for team in Team.objects.all()])
    if subject.family in ("code", "several"):
        return st.sampled_from([*[code for code, _label in subject.choices][:3], "red", "PL", "true"])
    return st.sampled_from([text for text in TEXTS if text] + ["zolc", "firma 1", "W", "DE", "%"])


def test_every_kind_of_own_field_is_compared(crowd):
    among = conditions.subjects()

    kinds = {one.known.kind.code for one in among.values() if one.known and one.known.field}

    assert kinds == {kind.code for kind in field_kinds.offered()} == set(OWN)
    assert all(one.operators for one in among.values())


@pytest.mark.parametrize(
    "sort",
    ["name", "-name", "created", "city", "-city", "people", "-people", "owner", "-parent", "number", "-money", "-date"],
)
@pytest.mark.parametrize("few", [0, 5_000])
def test_pages_in_any_order_lead_through_all_companies_and_back(crowd, now, monkeypatch, sort, few):
    among = conditions.subjects()
    path = next((p for p in among if p == f"attributes.pole_{sort.removeprefix('-')}"), sort.removeprefix("-"))
    known = among[path].known if path in among else None
    order = firms.Order(path if not sort.startswith("-") else f"-{path}", known)
    monkeypatch.setattr(firms, "FEW", few)

    def page(**place):
        return firms.page(firms.Filters(), order, limit=7, **place)

    pages = [page()]
    while pages[-1].after:
        pages.append(page(after=pages[-1].after))

    seen = [one.pk for shown in pages for one in shown.rows]
    assert (len(seen), len(set(seen)), pages[0].found) == (30, 30, 30)
    assert [one.pk for one in page(before=pages[3].before).rows] == [one.pk for one in pages[2].rows]
    assert [one.pk for one in page(before=pages[1].before).rows] == [one.pk for one in pages[0].rows]
    ways = [firms.beside(firms.Filters(), order, one) for shown in pages[:2] for one in shown.rows]
    assert ways == list(zip([None, *seen[:13]], seen[1:15], strict=True))


def test_companies_stand_in_the_order_of_what_is_asked_with_empty_ones_last(crowd, now):
    among = conditions.subjects()
    number = among["attributes.pole_number"]

    rows = firms.page(firms.Filters(), firms.Order("-attributes.pole_number", number.known), limit=50).rows

    kept = [one.attributes.get("pole_number") for one in rows]
    filled = [value for value in kept if value is not None]
    assert filled == sorted(filled, reverse=True)
    assert kept[len(filled) :] == [None] * (30 - len(filled))


@pytest.mark.parametrize(
    "rule",
    [
        "x", "[]", "{}", '{"all":[1]}', '{"all":"x"}', '{"all":[{"field":"nonsense","op":"is"}]}',
        '{"all":[{"kind":"attribute","field":"nonsense","op":"is","value":"x"}]}',
        '{"all":[{"kind":"attribute","field":"city","op":"greater","value":1}]}', '{"people":{"kind":"nonsense"}}',
        '{"people":{"people":{"kind":"vip","op":"is"}}}', '{"kind":"stage","stage":"customer"}',
        '{"all":[{"field":"city","op":"greater","value":1}]}', '{"all":[{"field":"city","op":"is","value":"\\ud800"}]}',
        '{"all":[{"field":"people","op":"greater","value":"7"}]}', '{"all":[{"field":["city"],"op":"is"}]}',
        '{"all":[{"field":"created","op":"before","value":"soon"}]}', '{"any":[]}', "[" * 9000,
        '{"all":[{"field":"people","op":"is","value":NaN}]}', '{"all":[{"field":"owner","op":"is","value":true}]}',
    ],
)  # fmt: skip
def test_conditions_that_cannot_be_read_are_said(as_alice, rule):
    response = as_alice.get("/companies/", {"rule": rule})

    assert response.status_code == 422
    assert 'class="empty"' in response.text


def test_what_people_type_is_read_in_their_way(crowd, alice):
    among = conditions.subjects()

    assert conditions.typed(among["people"], "greater", "1 000,5").value == 1000.5
    assert conditions.typed(among["owner"], "is", alice.email).value == alice.pk
    assert conditions.typed(among["attributes.pole_date"], "before", "21.11.2026").value == "2026-11-21"
    for path, op, text in (
        ("people", "is", "x"),
        ("city", "is", ""),
        ("created", "in_last", "0"),
        ("city", "less", "1"),
    ):
        with pytest.raises(Refused):
            conditions.typed(among[path], op, text)
    assert conditions.typed(among["owner"], "is", str(alice.pk)).value == alice.pk
    assert conditions.typed(among["city"], "empty", "").value is None
