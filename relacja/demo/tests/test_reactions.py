"""The journey entries and letters of demonstration people: alive to look at, and over."""

from collections import Counter
from datetime import timedelta

import pytest

from relacja.contacts.models import Consent
from relacja.demo import actions
from relacja.demo.tests import installation
from relacja.events.queries import timeline
from relacja.journeys import actions as journeys
from relacja.journeys import queries
from relacja.journeys import rules as journey_rules
from relacja.journeys.explaining import Why, explain
from relacja.journeys.models import Enrolment, Journey, Trace
from relacja.messaging import queries as letters
from relacja.messaging import sending
from relacja.messaging.models import Hit, Message, State
from relacja.messaging.rules import quiet


@pytest.fixture
def loaded(deliver, now):
    """An installation of a month ago, so that the journey would let in whom it hears of; then the data."""
    installation.begin(now=now - timedelta(days=30))
    actions.load(now=now, contacts=600)
    deliver()


def test_letters_have_every_fate_that_letters_have(loaded):
    fates = Counter(Message.objects.values_list("state", "reason"))

    assert fates["sent", ""] > 20
    assert fates["refused", "blocked"] > 0
    assert fates["unconfirmed", ""] == 1
    assert set(Hit.objects.values_list("kind", "machine")) == {("open", ""), ("open", "proxy"), ("click", "")}
    assert set(Message.objects.values_list("what", flat=True)) > {"confirmation"}


def test_no_letter_can_ever_be_sent_and_nobody_moves_on(loaded, now):
    before = sorted(Message.objects.values_list("pk", "state", "attempts"))
    inside = sorted(Enrolment.objects.values_list("pk", "state", "step"))

    later = now + timedelta(days=3)
    moved = journeys.move_next(now=later, until=later)
    sending.step(clock=lambda: later)
    sending.resolve_doubts(now=later, is_start=True)

    assert moved == 0
    assert sorted(Message.objects.values_list("pk", "state", "attempts")) == before
    assert sorted(Enrolment.objects.values_list("pk", "state", "step")) == inside
    assert not Message.objects.filter(state__in=[State.QUEUED, State.SENDING]).exists()


def test_marketing_rests_on_a_consent_that_stood_then(loaded):
    for message in Message.objects.filter(kind="marketing").select_related("basis"):
        assert message.basis.act == "given"
        assert message.basis.contact_id == message.contact_id
        assert message.basis.at <= message.queued_at


def test_letters_of_the_night_came_in_the_morning(db, now, settings):
    settings.QUIET_HOURS = "21:00-08:00"
    hours = quiet(settings.QUIET_HOURS, settings.TIME_ZONE)
    actions.load(now=now, contacts=600)

    sent = [message.sent_at for message in Message.objects.filter(kind="marketing", state="sent")]

    assert sent
    assert all(hours.end(at) is None or now - at < timedelta(hours=12) for at in sent)


def test_a_letter_says_what_lay_in_the_cart_and_leads_past_us(loaded):
    message = Message.objects.filter(kind="marketing", state="sent").first()
    enrolment = Enrolment.objects.get(pk=message.occurrence)

    assert enrolment.trigger["properties"]["name"] in message.html
    assert "/m/c/" in message.html
    assert "/m/o/" in message.html
    assert message.text


def test_the_timeline_tells_what_the_records_hold(loaded):
    message = Message.objects.filter(hits__kind="click").first()

    told = [moment for moment in timeline(message.contact_id, limit=1_000) if moment.properties.get("message")]

    of_it = {moment.name for moment in told if moment.properties["message"] == message.pk}
    assert {"Email Sent", "Email Opened", "Email Link Clicked"} <= of_it


def test_the_numbers_of_the_journey_add_up(loaded):
    version = Journey.objects.get(key="abandoned-cart").versions.get()

    wait, condition, send = queries.stops(version, journey_rules.read(version.definition))

    assert wait.entered == Enrolment.objects.count() > 20
    assert wait.waiting == 0
    assert condition.entered == wait.passed
    assert wait.left > 0
    assert send.entered == Message.objects.filter(what__startswith="journey:").count() > 0
    assert send.passed == Trace.objects.filter(step="s3").count()


@pytest.mark.parametrize(("state", "why"), [("done", Why.DONE), ("left", Why.LEFT)])
def test_one_persons_way_can_be_explained(loaded, now, state, why):
    enrolment = Enrolment.objects.filter(state=state).order_by("pk").first()

    story = explain(enrolment.journey, enrolment.contact_id, now=now)

    assert why in {entry.why for entry in story.entries}


def test_who_unsubscribed_is_on_the_do_not_write_list(loaded):
    withdrawn = Consent.objects.filter(act="withdrawn").select_related("contact")

    assert withdrawn
    assert all(letters.stop_of(consent.contact) for consent in withdrawn)
