from datetime import timedelta

import pytest
from django.utils import timezone

from relacja.events.models import Entry
from relacja.segments import freshness
from relacja.segments.models import Clock
from relacja.segments.tests.making import VIEWED, make_contact, make_event, make_segment

AGEING = {**VIEWED, "within": 30, "unit": "minutes"}


def followed(at, **more) -> None:
    Clock.objects.update_or_create(pk=1, defaults={"followed_at": at, "lost_at": at - timedelta(days=1), **more})


def test_a_segment_that_has_heard_everything_has_nothing_to_say(deliver, now):
    segment = make_segment(now, rule=AGEING)
    make_event(make_contact(now).pk, "Product Viewed", now)
    deliver()
    followed(now)

    assert freshness.complete_until(segment, now=now + timedelta(seconds=50)) is None


def test_what_nobody_has_read_yet_is_said_once_it_is_worth_it(deliver, now):
    segment = make_segment(now)
    anna = make_contact(now)
    deliver()
    make_event(anna.pk, "Product Viewed", now)
    written = Entry.objects.order_by("pk").last().written_at

    seconds = [freshness.complete_until(segment, now=written + timedelta(seconds=after)) for after in (5, 11)]

    assert seconds == [None, written]


@pytest.mark.parametrize(("rule", "is_said"), [(AGEING, True), (VIEWED, False)])
def test_time_that_nobody_follows_is_said_of_what_it_changes(deliver, now, rule, is_said):
    segment = make_segment(now, rule=rule)
    deliver()
    followed(now)

    found = freshness.complete_until(segment, now=now + timedelta(minutes=5))

    assert found == (now if is_said else None)


def test_a_segment_with_too_many_at_its_edges_says_when_it_was_counted(deliver, now):
    segment = make_segment(now, rule=AGEING)
    deliver()
    later = now + timedelta(minutes=2)
    followed(later, crowded={str(segment.pk): (now + timedelta(seconds=30)).timestamp()})

    found = freshness.complete_until(segment, now=later)

    assert found == now + timedelta(seconds=30)


def test_the_page_says_until_when_it_is_complete(as_alice, deliver, now):
    segment = make_segment(now, rule=AGEING)
    deliver()
    followed(timezone.now() - timedelta(minutes=5))
    type(segment).objects.filter(pk=segment.pk).update(counted_at=timezone.now() - timedelta(minutes=10))

    page = as_alice.get(f"/segments/{segment.pk}/").text

    assert "jest właśnie uwzględniane i pojawi się tu samo" in page
