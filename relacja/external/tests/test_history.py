"""Who changed what a source is, and when it is refreshed: told, and taken back."""

from relacja.external import actions, matching
from relacja.external.models import Rhythm
from relacja.external.tests.making import KINDS, make_contact, make_draft, make_source
from relacja.staff import changes
from relacja.staff.models import ChangeSet

BY = (matching.By("email", "email"),)


def last() -> ChangeSet:
    return ChangeSet.objects.filter(label="external.changed").latest("pk")


def taken(source) -> dict[str, str]:
    return {column.key: column.heading for column in source.columns.all()}


def test_when_it_is_refreshed_is_told_and_taken_back(as_alice, alice, facts, now):
    source = make_source(now=now)

    as_alice.post(f"/settings/external/{source.pk}/timing/", {"rhythm": "weekly", "at": "06:30", "weekday": "2"})
    html = as_alice.get(f"/settings/external/{source.pk}/").text
    made = last()
    done = changes.undo(made, by=alice, now=now)

    source.refresh_from_db()
    assert made.by == alice
    assert "06:30" in html
    assert (done.back, done.kept) == (1, 0)
    assert (source.rhythm, source.at, source.next_at) == (Rhythm.HAND, None, None)


def test_what_is_taken_is_told_and_taken_back_under_the_keys_it_had(as_alice, alice, facts, now):
    make_contact(now)
    source = make_source(now=now)
    before = taken(source)
    fewer = [actions.Wanted("points", "number", {"pl": "Punkty"}, was="points")]

    actions.choose(source, names={"pl": "Klub", "en": ""}, identities=BY, columns=fewer, by=alice, now=now)
    source.refreshes.update(state="done")
    html = as_alice.get(f"/changes/{last().pk}/").text
    done = changes.undo(last(), by=alice, now=now)

    source.refresh_from_db()
    assert "Klub" in html
    assert (done.back, done.kept) == (1, 0)
    assert (str(source), taken(source)) == ("Loyalty", before)


def test_what_was_changed_since_stays(alice, facts, now):
    source = make_source(now=now)
    actions.set_rhythm(source, rhythm="hourly", at=None, weekday=None, by=alice, now=now)
    first = last()
    actions.set_rhythm(source, rhythm="hand", at=None, weekday=None, by=alice, now=now)

    done = changes.undo(first, by=alice, now=now)

    assert (done.back, done.kept) == (0, 1)


def test_a_draft_has_no_history(facts, now):
    draft = make_draft(now=now)
    wanted = [actions.Wanted("points", KINDS["points"], {"pl": "Punkty"})]

    actions.choose(draft, names={"pl": "Klub", "en": ""}, identities=BY, columns=wanted, now=now)

    assert not ChangeSet.objects.filter(label="external.changed").exists()
