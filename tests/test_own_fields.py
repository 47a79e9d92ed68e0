"""A field that people made is known to every app above: letters, segments, journeys, and what says who uses it."""

import re

from relacja.contacts import copying, fields, uses
from relacja.contacts.models import Contact
from relacja.contacts.tests.people import make_contact
from relacja.contacts.tests.test_fields import make_field, put
from relacja.journeys.models import Journey
from relacja.messaging import merge_fields
from relacja.messaging.models import Template, TemplateVersion
from relacja.segments import actions as segments
from relacja.segments import queries, rules


def test_a_letter_says_own_fields(now, db):
    make_field(now, "money", "Rabat")
    make_field(now, "yes_no", "VIP")
    contact = put(make_contact(now), now, rabat={"amount": "50.00", "currency": "PLN"}, vip=True)

    (values,) = merge_fields.values_for([merge_fields.Reader(contact.pk, {}, now)])
    written = dict(next(one for one in merge_fields.registered() if one.prefix == "contact").written)

    assert values["contact"]["rabat"] == "50,00\u00a0zł"
    assert values["contact"]["vip"] is True
    assert written["{{ contact.rabat }}"] == "Rabat"


def test_a_removal_says_what_speaks_of_the_field_and_keeps_its_values(as_alice, alice, now, facts):
    field = make_field(now, "number", "Rozmiar")
    contact = put(make_contact(now), now, rozmiar=42)
    copying.copy_changed()
    rule = {"all": [{"kind": "attribute", "field": "attributes.rozmiar", "op": "greater", "value": 40}]}
    segments.create(name="Big feet", rule=rule, now=now)
    template = Template.objects.create(key="shoes", name="Shoes", purpose="newsletter", created_at=now)
    TemplateVersion.objects.create(
        template=template, number=1, language="pl", subject="Buty {{ contact.rozmiar }}", body="x", created_at=now
    )

    page = as_alice.get(f"/settings/fields/{field.pk}/removal/").text
    as_alice.post(f"/settings/fields/{field.pk}/removal/")

    assert "Big feet" in page
    assert "Shoes" in page
    assert re.search(r"1 rekord ma", page)
    assert "own-rozmiar" not in as_alice.get(f"/contacts/{contact.pk}/").text
    assert Contact.objects.get(pk=contact.pk).attributes == {"rozmiar": 42}
    as_alice.post(f"/settings/fields/{field.pk}/restoration/")
    assert "own-rozmiar" in as_alice.get(f"/contacts/{contact.pk}/").text


def test_a_journey_that_asks_for_a_field_is_named(now, db):
    known = fields.made(make_field(now, "number", "Rozmiar"))
    Journey.objects.create(
        key="j", name="Shoes", created_at=now, changed_at=now, draft={"steps": [{"rule": {"field": known.path}}]}
    )

    assert [use.name for use in uses.of(known)] == ["Shoes"]


def test_a_segment_asks_for_values_by_the_words_of_the_field(as_alice, now, facts):
    make_field(now, "choice", "Kolor ramy")
    make_field(now, "money", "Budżet")
    make_field(now, "yes_no", "Chce katalog")
    make_field(now, "date", "Koniec gwarancji")
    make_field(now, "choices", "Style")
    make_contact(now, first_name="Jan", email="jan@zolc.example")
    contact = put(
        make_contact(now),
        now,
        kolor_ramy="zloty",
        budzet={"amount": "120.00", "currency": "PLN"},
        chce_katalog=False,
        koniec_gwarancji="2026-10-01",
        style=["zloty", "srebrny"],
    )
    copying.copy_changed()
    conditions = [
        ("kolor_ramy", "is", "zloty"),
        ("budzet.amount", "greater", 100),
        ("chce_katalog", "is", "false"),
        ("koniec_gwarancji", "before", "2026-10-02"),
        ("style", "contains", "srebrny"),
    ]
    leaves = [
        rules.read({"kind": "attribute", "field": f"attributes.{path}", "op": op, "value": value})
        for path, op, value in conditions
    ]

    assert [queries.ids(leaf, now) for leaf in leaves] == [[contact.pk]] * len(leaves)
    assert "Kolor ramy" in leaves[0].words()
    assert "Złoty" in leaves[0].words()
    assert "nie" in leaves[2].words()


def test_the_segment_builder_offers_what_fits_the_field(as_alice, now):
    make_field(now, "choice", "Kolor ramy")
    typed = {"field": "attributes.kolor_ramy", "op": "is"}
    leaf = rules.kinds()["attribute"]

    field, op, value = (blank.inputs(typed)[0] for blank in leaf.blanks)

    assert ("attributes.kolor_ramy", "Kolor ramy") in [(code, str(label)) for code, label in field.options]
    assert {code for code, _label in op.options} == {"is", "is_not", "in", "empty", "filled"}
    assert list(value.options) == [("zloty", "Złoty"), ("srebrny", "Srebrny")]
