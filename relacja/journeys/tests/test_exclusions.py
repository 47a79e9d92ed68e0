"""Whom an audience does not reach on a channel, for one reason each, as the do-not-write list and consents have it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils.translation import override

from relacja.contacts import actions as contacts
from relacja.contacts import copying
from relacja.contacts import rules as contact_rules
from relacja.contacts.tests.programs import Program, errors
from relacja.messaging import actions as messaging
from relacja.messaging import sending
from relacja.messaging.models import Cause
from relacja.segments import audience, exclusions, pickers, queries
from relacja.segments.exclusions import Aim
from relacja.segments.tests.making import make_segment

from .test_steps import agree

NEWSLETTER = Aim("email", "newsletter")


@pytest.fixture
def people(world):
    """Anna can be written to; of the others each has something in the way, Ola two things, and Zoe is archived."""
    found = {name: world.person(name) for name in ("Anna", "Bo", "Ula", "Ola", "Iga", "Zoe")}
    found["Nil"] = contacts.create(
        values=contact_rules.values({"first_name": "Nil", "last_name": "Żółć"}), now=world.now
    )
    for name in ("Anna", "Ula", "Ola", "Zoe"):
        agree(found[name], world.now)
    sending.suppress("email", found["Ula"].email, Cause.UNSUBSCRIBED, now=world.now)
    sending.suppress("email", found["Ola"].email, Cause.BOUNCED, now=world.now)
    away = {"kind": "attribute", "field": "first_name", "op": "is", "value": "Ola"}
    contacts.archive(found["Zoe"], now=world.now, by=None)
    copying.copy_changed()
    make_segment(world.now, "Away", away)
    with override("en"):
        yield found


def test_numbers_of_those_who_are_left_out_add_up_and_open_their_people(world, people, as_alice):
    chosen = audience.read({"version": 1, "except": ["away"]})

    shown = pickers.meaning(chosen, NEWSLETTER, now=world.now)

    assert {one.words: one.size for one in shown.left_out} == {
        "in the segment “Away”": 1,
        "no address": 1,
        "unsubscribed": 1,
        "no consent to “newsletter”": 2,
    }
    assert (shown.size, shown.asked) == (1, 1 + sum(one.size for one in shown.left_out))
    for one in shown.left_out:
        assert len(as_alice.get(one.href).context["page"].rows) == one.size
        assert parse_qs(urlsplit(one.href).query)["rule"]


def test_programs_hear_who_is_left_out_and_read_the_others(world, people):
    program = Program(scopes=["contacts.view", "segments.view"])
    asked = {"audience": {"version": 1, "except": ["away"]}, "aim": {"channel": "email", "purpose": "newsletter"}}

    counted = program.post("/segment-counts", asked).json()
    listed = program.post("/audience-members", asked).json()
    wrong = program.post("/segment-counts", {**asked, "aim": {"channel": "pigeon"}})

    assert {one["reason"]: one["people"] for one in counted["excluded"]} == {
        "in the segment “Away”": 1,
        "no address": 1,
        "unsubscribed": 1,
        "no consent to “newsletter”": 2,
    }
    assert (counted["size"], counted["everybody"]) == (1, 6)
    assert listed["items"] == counted["sample"] == [people["Anna"].pk]
    assert (wrong.status_code, list(errors(wrong))) == (422, ["aim"])


def test_what_is_no_marketing_reaches_those_who_unsubscribed(world, people):
    found = queries.ids(exclusions.reached(audience.Audience(), Aim("email")), world.now)

    assert set(found) == {people[name].pk for name in ("Anna", "Bo", "Ula", "Iga")}


def test_an_address_that_may_be_written_to_again_is_reached_again(world, people, alice):
    stop = sending.suppress("email", people["Ula"].email, Cause.UNSUBSCRIBED, now=world.now)

    messaging.lift(stop, because="They asked for it", by=alice, now=world.now)
    copying.copy_changed()

    assert people["Ula"].pk in queries.ids(exclusions.reached(audience.Audience(), NEWSLETTER), world.now)


def test_those_who_were_named_and_are_gone_are_counted(world, people):
    named = {"version": 1, "contacts": [people["Anna"].pk, people["Zoe"].pk, 999_999]}

    shown = pickers.meaning(audience.read(named), NEWSLETTER, now=world.now)

    assert (shown.size, shown.gone) == (1, 2)


@pytest.mark.parametrize("code", ["", "pigeon/newsletter", "email/' OR 1", "sms/newsletter", "email"])
def test_an_aim_in_a_form_is_read_strictly(code):
    found = Aim.of_code(code)

    assert found.code == ("" if code.startswith(("pigeon", "email/'")) else code)
