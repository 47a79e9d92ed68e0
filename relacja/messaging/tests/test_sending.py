from collections import Counter
from datetime import timedelta

import pytest

from relacja.contacts import actions as contacts
from relacja.contacts import consents, rules
from relacja.messaging import actions, channels, sending
from relacja.messaging.models import Message, Pause, State, Suppression
from relacja.messaging.tests.conftest import make_reader, only_message, queue, send_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready_made(cart_template):
    """The letters that come with Relacja."""


def test_a_letter_goes_out_by_smtp_with_everything_a_letter_needs(sink, now):
    anna = make_reader(now)

    queue([anna], now)
    send_all(now)

    message = only_message()
    (letter,) = sink.letters
    assert (message.state, message.delivery, message.sent_at) == ("sent", "smtp", now)
    assert sink.recipients == ["anna@zolc.example"]
    assert letter["To"] == "anna@zolc.example"
    assert letter["From"] == "Rowerownia Żuraw <sklep@zuraw.example>"
    assert letter["Subject"] == "Anna, Twój koszyk czeka"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/m/u/")
    assert letter["Message-ID"] == f"<{message.key.hex}@zuraw.example>"
    assert (letter["Cc"], letter["Bcc"]) == (None, None)
    assert letter.get_content_type() == "multipart/alternative"
    text = letter.get_body(("plain",)).get_content()
    html = letter.get_body(("html",)).get_content()
    assert "Dzwonek „Żuraw” <mosiężny>" in text
    assert "2\xa0469,00\xa0zł" in text
    assert "Dzwonek „Żuraw” &lt;mosiężny&gt;" in html
    assert "https://shop.example/cart/" not in html
    assert html.split() == message.html.split()


def test_without_a_mail_server_letters_are_kept(now):
    queue([make_reader(now)], now)
    send_all(now)

    assert (only_message().state, only_message().delivery) == ("sent", "kept")


def test_a_letter_is_in_the_language_of_its_reader(now):
    queue([make_reader(now, language="en")], now)
    send_all(now)

    assert only_message().subject == "Anna, your cart is waiting"
    assert "Unsubscribe" in only_message().text


def test_the_same_occasion_is_decided_once(now):
    anna = make_reader(now)

    first = queue([anna], now)[anna.pk]
    second = queue([anna], now)[anna.pk]
    other = queue([anna], now, occurrence="2")[anna.pk]

    assert (first.state, second.state, other.state) == ("queued", "already", "queued")
    assert first.message_id == second.message_id
    assert Message.objects.count() == 2


def test_without_consent_nothing_is_queued_and_the_reason_is_kept(deliver, now):
    jan = make_reader(now, consent=False)

    answer = queue([jan], now)[jan.pk]
    send_all(now)

    assert (answer.state, answer.reason) == ("refused", "no_consent")
    assert answer.sentence
    assert only_message().state == "refused"


def test_a_transactional_letter_needs_no_consent(now):
    jan = make_reader(now, consent=False)

    answer = queue([jan], now, kind="transactional", template="confirm-newsletter")[jan.pk]
    send_all(now)

    assert answer.state == "queued"
    assert only_message().state == "sent"


def test_the_database_refuses_marketing_without_a_basis(now):
    from django.db import IntegrityError

    jan = make_reader(now, consent=False)
    queue([jan], now)

    with pytest.raises(IntegrityError):
        Message.objects.update(state="queued", reason="")


def withdraw(anna, now):
    consents.withdraw(anna, purpose="newsletter", channel="email", now=now, source="test")


def archive(anna, now):
    contacts.archive(anna, now=now)


def move(anna, now):
    contacts.edit(anna, values=rules.values({"email": "anna@nowa.example"}), now=now)


def suppress(anna, now):
    actions.suppress("email", "ANNA@zolc.example", "blocked", now=now)


@pytest.mark.parametrize(
    ("change", "reason"),
    [(withdraw, "no_consent"), (archive, "archived"), (move, "address_changed"), (suppress, "blocked")],
)
def test_what_changes_before_their_turn_stops_the_letter(sink, now, change, reason):
    anna = make_reader(now)
    queue([anna], now)

    change(anna, now)
    send_all(now)

    assert (only_message().state, only_message().reason) == ("refused", reason)
    assert sink.received == []


def test_nobody_gets_more_than_enough_in_a_day(sink, settings, now):
    settings.MESSAGES_PER_DAY = 2
    anna = make_reader(now)
    for occurrence in "123":
        queue([anna], now, occurrence)

    send_all(now)

    assert Counter(Message.objects.values_list("state", "reason")) == {("sent", ""): 2, ("refused", "too_often"): 1}


def test_marketing_waits_for_the_end_of_the_quiet_hours(sink, settings, now):
    settings.QUIET_HOURS = "21:00-08:00"
    anna = make_reader(now)
    queue([anna], now)

    send_all(now)

    message = only_message()
    assert message.state == "queued"
    assert message.not_before.isoformat() == "2026-10-25T07:00:00+00:00"
    send_all(message.not_before)
    assert only_message().state == "sent"


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_a_busy_server_is_asked_again_for_two_days(sink, now, stage):
    sink.answers[stage] = "451 4.7.1 greylisted"
    queue([make_reader(now)], now)

    send_all(now)

    message = only_message()
    assert (message.state, message.attempts) == ("queued", 1)
    assert "greylisted" in message.error
    assert message.not_before == now + timedelta(minutes=2)
    send_all(message.not_before + timedelta(hours=49))
    assert only_message().state == "failed"


def test_after_greylisting_the_letter_arrives_once(sink, now):
    sink.answers["RCPT"] = "450 4.2.0 greylisted"
    queue([make_reader(now)], now)
    send_all(now)
    sink.answers.clear()

    send_all(now + timedelta(minutes=3))
    send_all(now + timedelta(minutes=30))

    assert only_message().state == "sent"
    assert len(sink.received) == 1


@pytest.mark.parametrize(
    ("answer", "is_dead"),
    [
        ("550 5.1.1 User unknown", True),
        ("550 no such user here", True),
        ("553 5.1.3 bad address", True),
        ("550 5.7.1 blocked by policy", False),
        ("554 5.7.9 message rejected as spam", False),
        ("552 5.2.2 mailbox full", False),
        ("550 rejected", False),
    ],
)
def test_a_dead_address_is_not_written_to_again_but_a_refusal_of_us_suppresses_nobody(sink, now, answer, is_dead):
    sink.answers["RCPT"] = answer
    queue([make_reader(now)], now)

    send_all(now)

    assert only_message().state == "failed"
    assert answer[4:] in only_message().error
    assert Suppression.objects.standing().exists() is is_dead


def test_a_server_that_knows_us_not_rests_the_channel_and_blames_no_letter(settings, now):
    settings.EMAIL_URL = "smtp://127.0.0.1:1?tls=none"
    queue([make_reader(now)], now)

    send_all(now)

    message = only_message()
    assert (message.state, message.attempts) == ("queued", 0)
    assert Pause.objects.get().until > now
    assert sending.step(clock=lambda: now) is False


class Breaks:
    """A channel that raises, as if the process died or the server fell silent."""

    kind = "email"

    def __init__(self, error):
        self.error = error
        self.taken = []

    def send(self, outgoing):
        self.taken.append(outgoing.to)
        raise self.error

    def address(self, contact):
        return contact.email

    def key(self, address):
        return address.casefold()


def test_silence_after_the_letter_is_doubt_and_nobody_writes_twice(monkeypatch, now):
    silent = Breaks(channels.Doubtful("no answer"))
    monkeypatch.setattr(channels, "of", lambda _kind: silent)
    queue([make_reader(now)], now)

    send_all(now)
    send_all(now + timedelta(days=1))

    assert only_message().state == "unconfirmed"
    assert silent.taken == ["anna@zolc.example"]


class Died(BaseException):
    """The process ends here."""


def die(*_args, **_kwargs):
    raise Died


def test_a_crash_while_handing_over_leaves_doubt_not_copies(monkeypatch, now):
    dying = Breaks(Died())
    monkeypatch.setattr(channels, "of", lambda _kind: dying)
    queue([make_reader(now)], now)
    with pytest.raises(Died):
        send_all(now)
    assert only_message().state == "sending"

    monkeypatch.setattr(sending, "HERE", "the next process")
    sending.resolve_doubts(now=now, is_start=True)
    send_all(now)

    assert only_message().state == "unconfirmed"
    assert len(dying.taken) == 1


def test_a_crash_before_the_claim_loses_nothing(monkeypatch, sink, now):
    queue([make_reader(now)], now)
    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr(sending, "_last_check", die)
        send_all(now)

    send_all(now)

    assert only_message().state == "sent"
    assert len(sink.received) == 1


def test_a_crash_after_the_server_took_it_leaves_doubt(monkeypatch, sink, now):
    queue([make_reader(now)], now)
    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr(sending, "_settle", die)
        send_all(now)

    sending.resolve_doubts(now=now + timedelta(hours=1))
    send_all(now + timedelta(hours=1))

    assert only_message().state == "unconfirmed"
    assert len(sink.received) == 1


def test_what_is_being_sent_right_now_is_not_in_doubt(now):
    queue([make_reader(now)], now)
    Message.objects.update(state="sending", claimed_at=now, claimed_by=sending.HERE)

    assert sending.resolve_doubts(now=now + timedelta(minutes=5), is_start=True) == 0


def test_a_person_may_send_an_unconfirmed_letter_again(alice, sink, now):
    queue([make_reader(now)], now)
    Message.objects.update(state="unconfirmed")

    actions.send_again(only_message(), by=alice, now=now)
    send_all(now)

    assert (only_message().state, only_message().again_by) == ("sent", alice)


def test_of_two_senders_only_one_gets_the_letter(now):
    queue([make_reader(now)], now)
    message = only_message()
    letter = sending.letters.write([message], now=now)[message.pk]

    assert sending.claim(Message.objects.get(), letter, now=now) is True
    assert sending.claim(Message.objects.get(), letter, now=now) is False


def test_everybody_in_the_audience_is_accounted_for(sink, now):
    readers = [make_reader(now, email=f"r{number}@x.example", consent=number % 3 != 0) for number in range(30)]
    queue(readers, now)

    for sender in range(4):
        while sending.step(clock=lambda: now, sender=sender, senders=4):
            pass

    states = Counter(Message.objects.values_list("state", flat=True))
    assert states == {State.SENT: 20, State.REFUSED: 10}
    assert max(Counter(sink.recipients).values()) == 1


def test_history_tells_what_was_sent(deliver, now):
    from relacja.events.queries import timeline

    anna = make_reader(now)
    queue([anna], now)
    send_all(now)
    deliver()

    (sent,) = [moment for moment in timeline(anna.pk) if moment.name == "Email Sent"]
    assert sent.properties["subject"] == "Anna, Twój koszyk czeka"


def test_each_reader_may_have_an_occasion_of_their_own(now):
    anna, jan = make_reader(now), make_reader(now, email="jan@x.example", first_name="Jan")

    first = queue([anna, jan], now, {anna.pk: "7", jan.pk: "8"})
    again = queue([anna, jan], now, {anna.pk: "8", jan.pk: "8"})

    assert {answer.state for answer in first.values()} == {"queued"}
    assert (again[anna.pk].state, again[jan.pk].state) == ("queued", "already")


def test_a_held_channel_sends_nothing_until_a_person_says_so(sink, now):
    actions.hold("email", reason="a backup was restored.", now=now)
    queue([make_reader(now)], now)

    send_all(now)
    send_all(now + timedelta(days=30))
    assert only_message().state == "queued"
    actions.go_on("email")
    send_all(now)

    assert only_message().state == "sent"


@pytest.mark.parametrize("outcome", [sending.Outcome(State.SENT, channels.Receipt("smtp")), None])
def test_a_letter_on_its_way_does_not_end_the_hold(now, outcome):
    queue([make_reader(now)], now)
    message = only_message()
    assert sending.claim(message, sending.letters.write([message], now=now)[message.pk], now=now)
    actions.hold("email", reason="a backup was restored.", now=now)

    sending._settle(message, outcome or sending.Outcome(State.QUEUED, error="no", closes=True), now=now)

    assert Pause.objects.get().until > now + timedelta(days=30)
