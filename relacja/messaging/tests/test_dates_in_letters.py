"""What a letter may say of the important dates of its reader."""

from datetime import UTC, datetime

from relacja.contacts import actions
from relacja.contacts.models import Contact, Meaning, Record
from relacja.contacts.tests.people import make_contact
from relacja.messaging import liquids, merge_fields
from relacja.messaging.merge_fields import Reader

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_a_letter_says_the_age_the_years_and_the_next_day(db):
    actions.make_field(
        Record.CONTACT, kind="date", label="Urodziny", key="birthday", meaning=Meaning.BIRTHDAY, basis="Zgoda", now=NOW
    )
    actions.make_field(Record.CONTACT, kind="date", label="Przegląd", key="next_service", now=NOW)
    anna = make_contact(datetime(2023, 11, 22, 9, tzinfo=UTC))
    Contact.objects.filter(pk=anna.pk).update(attributes={"birthday": "1986-11-27", "next_service": "2026-11-20"})
    text = (
        "{{ dates.birthday.years }}, {{ dates.birthday.next_years }}, {{ dates.birthday.next }},"
        " {{ dates.next_service.days }}, {{ dates.created_at.years }}"
    )

    [values] = merge_fields.values_for([Reader(anna.pk, {}, NOW)])

    liquids.check(text)
    assert liquids.filled(text, values, language="pl", html=False) == "39, 40, 27 lis 2026, -2, 3"


def test_who_writes_is_offered_what_dates_can_say(db):
    actions.make_field(Record.CONTACT, kind="date", label="Przegląd", key="next_service", now=NOW)

    offered = dict(merge_fields._fields["dates"].written)

    assert "{{ dates.next_service.days }}" in offered
    assert "{{ dates.next_service.years }}" not in offered
    assert "{{ dates.created_at.years }}" in offered
