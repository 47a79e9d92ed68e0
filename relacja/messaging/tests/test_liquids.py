"""Texts that people and attackers write (A01, A02): they come out as typed, or are refused with a sentence."""

import json
import re
import time
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from relacja.messaging import liquids
from relacja.messaging.liquids import Unreadable

HOSTILE = Path(__file__).resolve().parents[4] / "shared/cases/hostile-strings"
needs_lists = pytest.mark.skipif(not HOSTILE.exists(), reason=f"the lists of hostile strings are not at {HOSTILE}")
VALUES = {"contact": {"first_name": "Anna", "tags": ["a", "b"]}}


def fill(text: str, values=VALUES, *, html: bool = False) -> str:
    liquids.check(text)
    return liquids.filled(text, values, language="pl", html=html)


def hostile_templates() -> list[str]:
    found = []
    for path in sorted((HOSTILE / "payloads/Server Side Template Injection").rglob("*")):
        if path.suffix == ".md":
            blocks = re.findall(r"```\w*\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
            found += [line for block in blocks for line in block.splitlines()]
        elif path.is_file():
            found += path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in dict.fromkeys(found) if line.strip()]


def naughty_strings() -> list[str]:
    return json.loads((HOSTILE / "blns.json").read_text(encoding="utf-8"))


@needs_lists
def test_hostile_templates_come_out_as_typed_or_are_refused():
    lines = hostile_templates()
    assert len(lines) > 150
    wrong = []
    for line in lines:
        try:
            out = fill(line)
        except Unreadable:
            continue
        kept = re.sub(r"{{.*?}}|{%.*?%}", "", line)
        if re.sub(r"{{.*?}}|{%.*?%}", "", out) != out or not set(out.split()) <= set(
            re.split(r"\s+|(?<=})|(?={)", line) + kept.split() + line.split()
        ):
            wrong.append((line, out))
        if "49" in out and "49" not in line:
            wrong.append((line, out))
    assert [pair for pair in wrong if not harmless(*pair)] == []


def harmless(line: str, out: str) -> bool:
    """Whether what came out is a literal that stood in the line, or the line with its empty fields left out."""
    for match in reversed(list(re.finditer(r"{{(.*?)}}|{%(.*?)%}", line, re.DOTALL))):
        inside = match.group(1) or ""
        literal = re.fullmatch(r"\s*-?\s*(?:'([^']*)'|\"([^\"]*)\"|(-?[\d.]+)|.*)\s*-?\s*", inside, re.DOTALL)
        value = next((part for part in literal.groups() if part), "") if literal else ""
        line = line[: match.start()] + value + line[match.end() :]
    return "49" not in out and out.replace(" ", "") in {line.replace(" ", ""), ""}


def test_an_empty_text_is_nothing_to_a_condition():
    text = "Dzień dobry{% if contact.first_name %}, {{ contact.first_name }}{% endif %}!"
    values = [liquids.plain({"contact": {"first_name": name}}) for name in ("", "Zofia")]

    assert [liquids.filled(text, value, language="pl", html=False) for value in values] == [
        "Dzień dobry!",
        "Dzień dobry, Zofia!",
    ]


@needs_lists
@pytest.mark.parametrize("html", [True, False])
def test_hostile_names_are_never_read_as_templates(html):
    from html import escape

    for name in [*hostile_templates(), *naughty_strings()]:
        value = liquids.plain(name) or ""
        out = liquids.filled("Cześć {{ contact.name }}!", {"contact": {"name": value}}, language="pl", html=html)
        shown = escape(value).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") if html else value
        assert out == f"Cześć {shown}!"


@needs_lists
def test_naughty_strings_as_templates_are_shown_or_refused():
    for text in naughty_strings():
        try:
            out = fill(text)
        except Unreadable:
            continue
        assert out == text or "{" in text


@pytest.mark.parametrize(
    "text",
    [
        "{{ contact.__class__.__mro__ }}",
        "{{ contact.tags.append }}",
        "{{ settings.SECRET_KEY }}",
        "{{ contact['__class__'] }}",
        "{{ self }}{{ env }}{{ request }}{{ environment }}",
        "{{ contact.first_name.__init__.__globals__ }}",
    ],
)
def test_nothing_but_the_fields_can_be_reached(text):
    assert fill(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "{{7*7}}",
        "{% load i18n %}",
        '{% include "/etc/passwd" %}',
        "{% render 'x' %}",
        "{{ x | repeat: 1e9 }}",
        "{{ x | replace: 'a', x }}",
        "{{ x | safe }}",
        "{% if a %}",
        "{{",
        "{% for i in (1..1000000000) %}x{% endfor %}",
        "a" * 5_000_000,
        "{% if a %}" * 10_000 + "{% endif %}" * 10_000,
        "{{ a }}" * 20_000,
        "{{ a" + "[a" * 5_000 + "]" * 5_000 + " }}",
        "{% assign x = 'aaaaaaaaaaaaaaaa' %}{% for i in (1..4000) %}{% assign x = x | append: x %}{% endfor %}",
        "{% for i in (1..4000) %}{% for j in (1..4000) %}x{% endfor %}{% endfor %}",
        "{% for x in contact.tags limit: -1 %}{{ x }}{% endfor %}",
        "{% liquid echo 7 %}",
        "{% tablerow i in (1..1000000) %}x{% endtablerow %}",
    ],
    ids=lambda text: text[:24],
)
def test_what_cannot_be_used_is_refused_at_once_and_in_little_memory(text):
    tracemalloc.start()
    began = time.monotonic()

    with pytest.raises(Unreadable) as refusal:
        fill(text)

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - began < 2
    assert peak < 64_000_000
    assert str(refusal.value).endswith(".")


def test_a_mistake_is_named_with_its_line():
    with pytest.raises(Unreadable, match="2"):
        fill("Dzień dobry\n{{ 7*7 }}\n")


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("{{ 1234.5 | money: 'PLN' }}", "pl", "1\xa0234,50\xa0zł"),
        ("{{ 1234.5 | money: 'EUR' }}", "en", "€1,234.50"),
        ("{{ price | money }}", "pl", "19,99\xa0zł"),
        ("{{ 'abc' | money: 'PLN' }}", "pl", "abc"),
        ("{{ 'NaN' | money: 'PLN' }}", "pl", "NaN"),
        ("{{ 1 | money: '<b>' }}", "pl", "1"),
        ("{{ at | date }}", "pl", "25 paź 2026"),
        ("{{ at | date: 'long' }}", "pl", "25 października 2026"),
        ("{{ day | date }}", "en", "Feb 28, 2026"),
        ("{{ 'tomorrow' | date }}", "pl", "tomorrow"),
        ("{{ 12345 | number }}", "pl", "12\xa0345"),
        ("{{ nobody | default: 'Dzień dobry' }}", "pl", "Dzień dobry"),
    ],
)
def test_money_dates_and_fallbacks_are_written_as_people_write(text, language, shown):
    liquids.check(text)
    values = {"price": Decimal("19.99"), "at": datetime(2026, 10, 24, 22, 30, tzinfo=UTC), "day": date(2026, 2, 28)}
    assert liquids.filled(text, values, language=language, html=False) == shown


def test_values_are_copied_and_only_plain_ones():
    class Sly(str):
        __slots__ = ()

    assert type(liquids.plain(Sly("a"))) is str
    with pytest.raises(TypeError):
        liquids.plain({"f": print})


def test_values_are_escaped_in_html_and_nowhere_else():
    values = {"contact": {"name": '<b>Zoë & "Jan"</b>'}}
    assert liquids.filled("{{ contact.name }}", values, language="pl", html=True) == (
        "&lt;b&gt;Zoë &amp; &#34;Jan&#34;&lt;/b&gt;"
    )
    assert liquids.filled("{{ contact.name }}", values, language="pl", html=False) == '<b>Zoë & "Jan"</b>'


@pytest.mark.parametrize(
    "number", [Decimal("1e999999"), Decimal("NaN"), float("inf"), float("nan"), 10**300, -(10**20)]
)
def test_a_number_nobody_can_count_to_is_only_text(number):
    values = liquids.plain({"n": number, "l": [1, 2]})
    began = time.monotonic()

    for text in (
        "{{ n | money: 'PLN' }}",
        "{{ n | plus: n }}",
        "{% for x in l limit: n %}{{ x }}{% endfor %}",
        "{{ n }}",
    ):
        try:
            fill(text, values)
        except Unreadable:
            continue

    assert time.monotonic() - began < 2
