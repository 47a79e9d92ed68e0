"""Every channel keeps the same promises, whoever wrote it."""

import pytest

from relacja.messaging import channels
from relacja.messaging.channels import Outgoing, Receipt, Rejected
from relacja.messaging.models import Delivery
from relacja.messaging.tests.conftest import make_reader

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("kind", channels.kinds())]


def outgoing(now, **changes) -> Outgoing:
    given = {
        "key": "0" * 32,
        "to": "anna@zolc.example",
        "subject": "Cześć",
        "html": "<p>a</p>",
        "text": "a",
        "at": now,
        "is_marketing": True,
        "unsubscribe_url": "https://us.example/m/u/x/",
    }
    return Outgoing(**{**given, **changes})


def test_it_has_a_name_and_a_label(kind):
    assert channels.of(kind).kind == kind
    assert str(channels.of(kind).label)


def test_whoever_cannot_be_reached_has_an_empty_address(kind, now):
    assert channels.of(kind).address(make_reader(now, email="", consent=False)) == ""


def test_two_spellings_of_an_address_have_one_key(kind):
    assert channels.of(kind).key(" ANNA@Zolc.example ") == channels.of(kind).key("anna@zolc.example")


def test_without_a_server_it_keeps_what_it_is_given(kind, now):
    assert channels.of(kind).send(outgoing(now)) == Receipt(Delivery.KEPT)


@pytest.mark.parametrize("to", ["", "nobody", "a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example, c@d.example"])
def test_what_is_no_single_address_is_rejected_and_nobody_is_dead(kind, now, to):
    with pytest.raises(Rejected) as refusal:
        channels.of(kind).send(outgoing(now, to=to))
    assert not refusal.value.is_dead


def test_its_headers_can_be_shown(kind, now):
    shown = dict(channels.of(kind).shown_headers(outgoing(now)))
    assert shown["To"] == "anna@zolc.example"
