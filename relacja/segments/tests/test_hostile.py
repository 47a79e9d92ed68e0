"""Whatever stands in a rule: an answer like that of plain Python or a sentence, never a mistake, never text of SQL.

Every kind of condition on people and on companies is tried by the registry, each of its fields with everything that
somebody could send: whoever registers a kind has it tried unasked.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from relacja.clickhouse import facts as door
from relacja.contacts.models import Company, Record
from relacja.contacts.tests.programs import Program
from relacja.lib.errors import Refused
from relacja.segments import firms, queries, rules
from relacja.segments.blanks import Blank, Choice
from relacja.segments.models import Segment
from relacja.segments.tests.making import make_contact
from relacja.segments.tests.test_rules import EXAMPLES

TOKEN = "zqxw"
DEEP: list = [TOKEN]
for _ in range(60):
    DEEP = [DEEP]
NASTY = [
    f"{TOKEN}'",
    f"{TOKEN}\\",
    f"{TOKEN}') OR 1=1 --",
    f"'; DROP TABLE contact; -- {TOKEN}",
    f"{{p0:String}}{TOKEN}",
    f'{TOKEN}`"%s%(x)s{{0}}',
    f"attributes.{TOKEN}`",
    f"{TOKEN}\0",
    f"\u202e{TOKEN}\u200f",
    f"{TOKEN}\ud800",
    TOKEN * 3_000,
    [f"{TOKEN}'"] * 2_000,
    [[TOKEN]],
    DEEP,
    {"kind": TOKEN},
    {TOKEN: f"{TOKEN}'"},
    [],
    {},
    None,
    True,
    0,
    -1,
    1.5,
    1e308,
    10**400,
    float("nan"),
    float("inf"),
    "1e309",
    "2026-13-45",
]
FIRMS = {
    "attribute": {"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"},
    "tag": {"kind": "tag", "op": "has", "tag": "gold"},
    "role": {"kind": "role", "role": "Prezes"},
}
KINDS = [(of, kind) for of in (Record.CONTACT, Record.COMPANY) for kind in rules.kinds(of)]


def usual(of: Record, kind: str) -> dict:
    """A condition of that kind with nothing wrong in it."""
    known = FIRMS if of == Record.COMPANY else EXAMPLES
    found = known.get(kind) or EXAMPLES.get(kind, {"kind": kind})
    return {one.name: _first(one) for one in rules.kinds(of)[kind].blanks} | found


def _first(blank: Blank) -> Any:
    """The first that may be chosen; a text where anything may be written."""
    offered = blank.choices() if isinstance(blank, Choice) else []
    return offered[0][0] if offered else "Gdynia"


def wrong(of: Record, kind: str) -> list[dict]:
    """The same with each of its fields made each of `NASTY`, and with a field and an operator that there are not."""
    base = usual(of, kind)
    names = [blank.name for blank in rules.kinds(of)[kind].blanks]
    found = [{**base, name: value} for name in names for value in NASTY]
    found += [{**base, text: 1} for text in NASTY if isinstance(text, str)]
    return [*found, {**base, "kind": f"{kind}' {TOKEN}"}]


@contextmanager
def statements(monkeypatch) -> Iterator[list[str]]:
    """The text of every statement, to the facts and to the records, without its values."""
    asked: list[str] = []
    ask = door.ask

    def listening(sql, parameters=None, **limits):
        asked.append(sql)
        return ask(sql, parameters, **limits)

    def noting(execute, sql, parameters, many, context):
        asked.append(sql)
        return execute(sql, parameters, many, context)

    monkeypatch.setattr(door, "ask", listening)
    with connection.execute_wrapper(noting):
        yield asked


def agrees(data: dict, of: Record, anna, firm, now) -> bool:
    """Whether the stores say of her, or of the company, what plain Python says. Raises `Refused`."""
    rule = rules.read(data, of)
    if of == Record.COMPANY:
        return firms.narrowed(Company.objects.all(), rule, now).filter(pk=firm.pk).exists() == firms.holds(
            rule, firm, now
        )
    names = {name for leaf in rule.leaves() for name in leaf.event_names}
    said = rule.check(queries.person(anna.pk, names, now))
    return (anna.pk in queries.ids(rule, now)) == said == (queries.holding([rule], [anna.pk], now) == [{anna.pk}])


@pytest.mark.parametrize(("of", "kind"), KINDS, ids=lambda one: str(one))
def test_a_condition_is_answered_rightly_or_refused_with_a_sentence(of, kind, deliver, now, monkeypatch):
    anna = make_contact(now, first_name=NASTY[0], city=NASTY[2])
    firm = Company.objects.create(name=NASTY[3], name_key=TOKEN, city=NASTY[5], created_at=now)
    firm.people_count = 0
    deliver(now)
    silent, differ = [], []

    with statements(monkeypatch) as asked:
        for data in wrong(of, kind):
            try:
                if not agrees(data, of, anna, firm, now):
                    differ.append(data)
            except Refused as refusal:
                silent += [] if str(refusal).strip() else [data]

    assert differ == []
    assert silent == []
    assert [sql for sql in asked if TOKEN in sql] == []


def pairs() -> Iterator[tuple[Record, str, dict]]:
    """A part of what is wrong for each kind: for every field another value."""
    turn = 0
    for of, kind in KINDS:
        found = wrong(of, kind)
        for start in range(0, len(found), len(NASTY)):
            turn += 1
            yield of, kind, found[min(start + turn * 7 % len(NASTY), len(found) - 1)]


def test_programs_are_answered_or_told_what_is_wrong(db, facts, monkeypatch):
    program = Program(["contacts.view", "segments.view", "segments.edit"])
    bad = []

    with statements(monkeypatch) as asked:
        for of, _kind, data in pairs():
            if of == Record.CONTACT:
                for path, body in (
                    ("/segment-counts", {"rule": data}),
                    ("/segment-counts", {"audience": {"version": 1, "rule": data, "segments": [TOKEN]}}),
                    ("/audience-members", {"rule": {"all": [data]}}),
                    ("/segments", {"name": "X", "rule": data}),
                ):
                    status = program.post(path, body).status_code
                    bad += [(path, data, status)] if status not in (200, 201, 400, 422) else []

    assert bad == []
    assert [sql for sql in asked if TOKEN in sql] == []


def sent(found: dict) -> bytes:
    """A form as a browser would send it, with what no browser would send."""
    plain = {name: value if isinstance(value, str) else json.dumps(value) for name, value in found.items()}
    parts = [
        (name.encode("utf-8", "surrogatepass"), text.encode("utf-8", "surrogatepass")) for name, text in plain.items()
    ]
    return b"&".join(quote(name).encode() + b"=" + quote(text).encode() for name, text in parts)


def test_the_builder_the_address_and_the_picker_answer_whatever_stands_in_them(as_alice, alice, facts, monkeypatch):
    as_alice = Client(raise_request_exception=False)
    as_alice.force_login(alice)
    bad = []

    with statements(monkeypatch) as asked:
        for of, kind, data in pairs():
            text = json.dumps(data)
            form = {"0:mode": "all", "0.0:kind": kind, **{f"0.0:{name}": value for name, value in data.items()}}
            form |= {"of": "company", "list": ""} if of == Record.COMPANY else {}
            listed = "/companies/" if of == Record.COMPANY else "/contacts/"
            for path, body in (
                ("/segments/draft/", {**form, "0.0:kind": kind}),
                ("/segments/audience/", {"audience-rule": text, "audience-segments": TOKEN, "audience-match": "all"}),
                (f"{listed}?rule={quote(text)}", None),
                (f"/segments/new/?rule={quote(text)}", None),
                (f"/settings/assignment/new/?audience={quote(text)}", None),
            ):
                answer = (
                    as_alice.get(path)
                    if body is None
                    else as_alice.post(path, sent(body), content_type="application/x-www-form-urlencoded")
                )
                bad += [(path, body, answer.status_code)] if answer.status_code not in (200, 400, 414, 422) else []

    assert bad == []
    assert [sql for sql in asked if TOKEN in sql] == []


def test_a_rule_that_somebody_tampered_with_in_the_records_breaks_no_page(as_alice, alice, deliver, now, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    anna = make_contact(now)
    deliver(now)
    trees = [data for of, _kind, data in pairs() if of == Record.CONTACT and _fits_json(data)]
    made = Segment.objects.bulk_create(
        [Segment(name=f"N{n}", key=f"n{n}", rule=tree, created_at=now) for n, tree in enumerate(trees)]
    )
    bad = []

    with statements(monkeypatch) as asked:
        for one in made[:: max(1, len(made) // 12)]:
            paths = [
                f"/segments/{one.pk}/{look}" for look in ("", "size/", "overlap/", "profile/", "history/", "rule/")
            ]
            for path in [
                *paths,
                f"/contacts/?rule={quote(json.dumps({'kind': 'segment', 'op': 'in', 'segment': one.key}))}",
            ]:
                status = client.get(path).status_code
                bad += [(path, one.rule, status)] if status not in (200, 422) else []
        for path in (
            "/",
            "/segments/",
            f"/segments/of/{anna.pk}/",
            f"/contacts/{anna.pk}/",
            "/settings/assignment/new/",
        ):
            status = client.get(path).status_code
            bad += [(path, status)] if status != 200 else []

    assert bad == []
    assert [sql for sql in asked if TOKEN in sql] == []


def _fits_json(data: dict) -> bool:
    """Whether both databases keep it as JSON: neither NUL, nor half a pair, nor a number that is none."""
    text = json.dumps(data)
    return not any(one in text for one in ("NaN", "Infinity", "\\u0000", "\\ud800"))
