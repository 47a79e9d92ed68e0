from datetime import timedelta

from django.utils import timezone

from relacja.contacts import actions, rules
from relacja.events.models import Entry


def test_a_history_that_is_still_being_read_says_until_when_it_is_complete(as_alice, deliver, now):
    contact = actions.create(values=rules.values({"first_name": "Anna"}), now=now)
    Entry.objects.update(written_at=timezone.now() - timedelta(minutes=1))
    assert "complete until" in as_alice.get(f"/contacts/{contact.pk}/", headers={"Accept-Language": "en"}).text or (
        "jest pełna do godziny" in as_alice.get(f"/contacts/{contact.pk}/").text
    )

    deliver()

    page = as_alice.get(f"/contacts/{contact.pk}/").text
    assert "complete until" not in page
    assert "jest pełna do godziny" not in page
