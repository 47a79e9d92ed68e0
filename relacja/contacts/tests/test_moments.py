"""The lines of a story: what each kind of moment shows, and that nothing in them is taken for HTML."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser

import pytest
from django.utils import translation

from relacja.contacts import moments
from relacja.contacts.models import Contact
from relacja.contacts.story import Day, Line
from relacja.events.queries import Moment

AT = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # the second 02:30 of two in Warsaw
NAUGHTY = '<b onclick="x">&\'</b>'


class Seen(HTMLParser):
    """What a browser makes of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _value in attrs)


def line(name: str, **properties: object) -> Line:
    return Line(Moment("6f1c", name, AT, "web", "shop", properties, {}))


def drawn(*lines: Line, now: datetime = AT, contact: Contact | None = None, language: str = "en") -> str:
    with translation.override(language):
        return moments.drawn([Day(AT, list(lines))], now=now, contact=contact)


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize(
    ("name", "properties", "said"),
    [
        (
            "Order Completed",
            {"order_id": "Z-7", "total": 978, "products": [{"name": "Kask", "price": 489, "quantity": 2}]},
            ["Kask, 2 pcs 978.00 zł", "Order Z-7 , 978.00 zł"],
        ),
        ("Order Completed", {"products": [{"name": f"P{n}"} for n in range(23)]}, ["P19", "and 3 more"]),
        ("Product Viewed", {"url": "https://sklep.example/kask/"}, ["sklep.example/kask/"]),
        ("Email Not Sent", {"subject": "Winter", "reason": "no_consent"}, ["Winter"]),
        ("Consent Given", {"source": "newsletter form", "text_version": 3, "entry": 9}, ["text 3", "· proof"]),
        ("Contact Updated", {"changes": {"city": ["Gdynia", "Sopot"]}, "author": "Alice"}, ["Gdynia → Sopot", "Alice"]),
        ("Note Added", {"text": "One\nTwo"}, ["One Two"]),
    ],
)
def test_each_kind_of_moment_shows_what_more_is_known(name, properties, said):
    shown = words(drawn(line(name, **properties), contact=Contact(pk=7)))

    for part in said:
        assert part in shown


@pytest.mark.parametrize(
    "name", ["Order Completed", "Product Viewed", "Email Opened", "Consent Given", "Note Added", NAUGHTY]
)
@pytest.mark.parametrize(
    "value", [NAUGHTY, [NAUGHTY], {"x": NAUGHTY}, [{"name": NAUGHTY, "price": 1}], {"city": [NAUGHTY, NAUGHTY]}]
)
def test_nothing_in_a_moment_is_taken_for_html(name, value):
    fields = ("text", "products", "url", "subject", "reason", "order_id", "total", "currency", "source", "text_version")
    everything = dict.fromkeys((*fields, "entry", "changes", "author", "name", "purpose"), value)
    said = Line(
        Moment(NAUGHTY, name, AT, NAUGHTY, NAUGHTY, everything, {"page": value}), Contact(pk=7, first_name=NAUGHTY)
    )

    html = drawn(said, contact=Contact(pk=7))

    seen = Seen()
    seen.feed(html)
    assert seen.tags <= {"a", "del", "div", "li", "p", "span", "svg", "time", "ul", "use"}
    assert not seen.attributes & {"onclick"}


def test_a_proof_is_linked_only_where_there_is_a_ledger():
    given = line("Consent Given", entry=9)

    assert 'href="/contacts/7/consents/#entry-9"' in drawn(given, contact=Contact(pk=7))
    assert "#entry-9" not in drawn(given)


@pytest.mark.parametrize(
    ("later", "polish", "english"),
    [
        (timedelta(0), "Dziś, 25 paź", "Today, 25 Oct"),
        (timedelta(days=1), "Wczoraj, 25 paź", "Yesterday, 25 Oct"),
        (timedelta(days=9), "Niedziela, 25 paź", "Sunday, 25 Oct"),
        (timedelta(days=300), "Niedziela, 25 paź 2026", "Sunday, 25 Oct 2026"),
    ],
)
def test_a_day_begins_with_its_name_and_a_line_ends_with_the_hour(later, polish, english):
    for language, day in (("pl", polish), ("en", english)):
        html = drawn(line("Note Added"), now=AT + later, language=language)
        assert f'<li class="day">{day}</li>' in html
        assert ">2:30</time>" in html


def test_a_day_that_goes_on_has_no_line_of_its_own():
    assert 'class="day"' not in moments.drawn([Day(AT, [line("Note Added")], is_continued=True)], now=AT)
