"""What behaviour says of some people beside others."""

from datetime import timedelta

import pytest

from relacja.segments import portraits, queries, rules
from relacja.segments.portraits import Asked
from relacja.segments.tests.making import make_contact, make_event

GDYNIA = {"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}


@pytest.fixture
def people(deliver, now):
    """Forty in Gdynia who order coffee for 200 every week, forty in Sopot who order tea for 50 every month."""
    found = []
    for number in range(80):
        near = number < 40
        found.append(make_contact(now, f"p{number}@zolc.example", city="Gdynia" if near else "Sopot"))
        for turn in range(3):
            make_event(
                found[-1].pk,
                "Order Completed",
                now - timedelta(days=1 + turn * (7 if near else 30)),
                order_id=f"{number}/{turn}",
                total=200 if near else 50,
                products=[{"category": "Coffee" if near else "Tea", "name": "Cup"}],
            )
    deliver()
    return found


def test_what_was_derived_is_compared_and_every_line_is_a_condition(people, now):
    rule = rules.read(GDYNIA)

    told = portraits.part("behaviour", Asked(rule, now))

    lines = {(one.leaf.what, str(one.leaf.value)): one for one in told.differences}
    assert lines["favourite_category", "Coffee"].share == 1
    assert lines["favourite_category", "Tea"].share == 0
    assert ("favourite_product", "Cup") not in lines
    assert not told.is_sample
    for one in told.differences:
        assert queries.count(rules.Every((rule, one.leaf)), now) == one.here
    assert all(len(one.leaf.words()) > 5 for one in told.differences)


def test_numbers_say_their_middle(people, now):
    told = portraits.part("behaviour", Asked(rules.read(GDYNIA), now))

    figures = {str(one.label): (one.here, one.usual) for one in told.figures}
    assert figures["Średni koszyk"] == ("200,00\N{NO-BREAK SPACE}zł", "125,00\N{NO-BREAK SPACE}zł")
    assert figures["Dni między zamówieniami"] == ("7 dni", "18 dni")


def test_the_page_brings_the_part_alone_to_htmx_and_whole_to_others(as_alice, people):
    url = '/segments/portrait/?part=behaviour&rule={"kind":"attribute","field":"city","op":"is","value":"Gdynia"}'

    part, page = as_alice.get(url, headers={"HX-Request": "true"}), as_alice.get(url)

    assert "<html" not in part.text
    assert "Coffee" in part.text
    assert "<html" in page.text
    assert "Coffee" in page.text
