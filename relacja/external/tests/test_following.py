"""What follows a table: segments, the facts, people who are erased or merged, the clock, and letters."""

import io
import os
from datetime import UTC, time, timedelta
from pathlib import Path

import pytest

from relacja.contacts import copying, forgetting
from relacja.contacts.actions import merge as merging
from relacja.external import actions, sources, taking, tasks
from relacja.external.actions import refreshing
from relacja.external.matching import By
from relacja.external.models import Cause, State
from relacja.external.tests.making import LOYALTY, held, load_again, make_contact, make_source, work
from relacja.jobs.models import Job
from relacja.lib.errors import Refused, Unavailable
from relacja.segments import actions as segments
from relacja.segments.tests.making import make_segment, members

POINTED = {"kind": "external", "field": "external.loyalty.points", "op": "greater", "value": 100}


def test_segments_follow_only_what_changed(facts, now, monkeypatch):
    anna, jan = make_contact(now), make_contact(now, "jan@zuk.example")
    copying.copy_changed()
    source = make_source(now=now)
    segment = make_segment(now, "Pointed", POINTED)
    inner = make_segment(now, "Inner", {"kind": "segment", "op": "in", "segment": segment.key})
    asked = []
    real = segments.ask_of
    monkeypatch.setattr(
        segments, "ask_of", lambda ids, meant, now: asked.append(list(ids)) or real(ids, meant, now=now)
    )

    same = load_again(source, LOYALTY, now=now)
    other = load_again(source, LOYALTY.replace("99,5", "500").replace("nobody@nowhere", "x@x"), now=now)

    assert (same.changed, other.changed) == (0, 1)
    assert asked == [[jan.pk]]
    assert members(segment) == members(inner) == [anna.pk, jan.pk]


def test_many_changes_count_the_segments_anew(facts, now, monkeypatch):
    from relacja.external import following

    make_contact(now)
    copying.copy_changed()
    source = make_source(now=now)
    segment = make_segment(now, "Pointed", POINTED)
    monkeypatch.setattr(following, "MOST_TOUCHED", 0)

    load_again(source, LOYALTY.replace("120", "5"), now=now)

    assert Job.objects.filter(kind="segments.recount", arguments={"segment_id": segment.pk}).exists()


def test_work_that_is_killed_at_any_point_is_done_again(facts, now, monkeypatch):
    anna = make_contact(now)
    copying.copy_changed()
    source = make_source(now=now)
    begun = actions.reload(
        source, file=open_text(LOYALTY.replace("120", "333")), name="b.csv", size=1, by=None, now=now
    )
    old = {"points": 120, "tier": "gold", "since": "2026-10-20", "vip": True}

    class Killed(BaseException):
        """What no code catches, like the end of a process."""

    def killing(place, name):
        with monkeypatch.context() as patched:
            patched.setattr(place, name, lambda *_args, **_more: (_ for _ in ()).throw(Killed))
            with pytest.raises(Killed):
                tasks.refresh(refresh_id=begun.pk)
        sources.forget_remembered()

    killing(taking._Reading, "end")
    assert held(anna) == old
    killing(refreshing, "_swap")
    assert held(anna) == old
    killing(refreshing.following, "ask_anew")
    assert held(anna)["points"] == 333
    killing(refreshing, "_end")
    work(begun)

    source.refresh_from_db()
    assert (begun.state, begun.changed, source.generation) == (State.DONE, 1, begun.pk)
    assert facts.ask("SELECT uniqExact(contact_id) AS n, count() AS rows FROM external_row")[0] == {"n": 1, "rows": 2}
    assert not list(taking.spool(0).parent.glob(f"external-{begun.pk}.jsonl"))


def open_text(text):
    return io.BytesIO(text.encode())


def test_only_what_is_true_and_what_was_before_stays_in_the_facts(facts, now):
    make_contact(now)
    source = make_source(now=now)

    for number in range(4):
        load_again(source, LOYALTY.replace("120", str(number)), now=now)

    source.refresh_from_db()
    rows = facts.ask("SELECT DISTINCT generation FROM external_row ORDER BY 1")
    assert len(rows) == 2
    assert rows[-1]["generation"] == source.generation


def test_erasing_a_person_erases_what_others_said(facts, now):
    anna, jan = make_contact(now), make_contact(now, "jan@zuk.example")
    source = make_source(LOYALTY + "anna@zolc.example,1,,,\nANNA@ZOLC.EXAMPLE,x,,,\n", now=now)
    place = Path(source.file.path)

    forgetting.forget([anna.pk])

    source.refresh_from_db()
    assert (held(anna), held(jan)["tier"]) == (None, "silver")
    assert not place.exists()
    assert not source.file
    refresh = source.refreshes.get()
    assert [one["contact"] for one in refresh.examples] == [jan.pk]
    assert not refresh.faults.filter(contact=anna.pk).exists()
    assert not refresh.faults.filter(value__icontains="anna").exists()


def test_two_people_who_become_one_have_one_row_and_two_again(facts, deliver, now):
    anna, jan, ewa = (make_contact(now, one) for one in ("anna@zolc.example", "jan@zuk.example", "ewa@x.example"))
    deliver(now)
    copying.copy_changed()
    make_source(now=now)

    merges = [
        merging.merge(anna, jan, taken=(), now=now),
        merging.merge(ewa, anna, taken=(), now=now),
    ]
    deliver(now)
    together = held(ewa)
    for merge in reversed(merges):
        merging.part(merge, now=now)
    deliver(now)

    assert together["points"] == 120
    assert (held(anna)["points"], held(jan)["points"], held(ewa)) == (120, 99.5, None)


def test_the_newest_file_of_the_folder_is_read_and_nothing_outside(facts, now, settings, tmp_path):
    anna = make_contact(now)
    drop = Path(settings.EXTERNAL_FOLDER)
    (tmp_path / "secret.csv").write_text("email,points\nanna@zolc.example,666\n")
    (drop / "link-9.csv").symlink_to(tmp_path / "secret.csv")
    for name, points, age in (("p-1.csv", 1, 300), ("p-2.csv", 2, 100), (".p-3.csv", 3, 0), ("p-4.csv.part", 4, 0)):
        (drop / name).write_text(f"email,points\nanna@zolc.example,{points}\n")
        os.utime(drop / name, (now.timestamp() - age, now.timestamp() - age))
    source = actions.from_folder("p-*", now=now)
    columns = [actions.Wanted("points", "number", {"pl": "points"})]
    actions.choose(source, names={"pl": "P"}, identities=[By("email", "email")], columns=columns, now=now)

    refresh = work(actions.put_in_use(source, by=None, now=now))

    source.refresh_from_db()
    assert refresh.read_from == "p-2.csv"
    assert held(anna, source.key) == {"points": 2}
    with pytest.raises(Unavailable):
        actions.from_folder("link-*.csv", now=now)
    for pattern in ("../secret.csv", "/etc/passwd", "..", "a/../../x", "**/*", "\\x", ""):
        with pytest.raises(Refused):
            actions.from_folder(pattern, now=now)


def test_sources_are_read_by_the_clock_once(facts, now):
    make_contact(now)
    source = make_source(now=now)
    actions.set_rhythm(source, rhythm="daily", at=time(2, 30), weekday=None, now=now)

    assert actions.begin_due(now=now) == 0
    assert source.next_at > now
    assert source.next_at <= now + timedelta(days=1, hours=2)
    assert actions.begin_due(now=source.next_at) == 1
    assert actions.begin_due(now=source.next_at) == 0
    assert source.refreshes.latest("pk").cause == Cause.CLOCK
    assert source.next_at.tzinfo == UTC


def test_facts_that_are_built_anew_have_every_source_read_again(facts, now):
    anna = make_contact(now)
    source = make_source(now=now)

    actions.begin_anew(now=now)
    sources.forget_remembered()
    gone = held(anna)
    work(source.refreshes.latest("pk"))

    assert gone is None
    assert held(anna)["points"] == 120


def test_a_letter_says_what_others_know(facts, now):
    from relacja.messaging import merge_fields
    from relacja.messaging.merge_fields import Reader

    anna = make_contact(now, language="pl")
    make_source("email,points,worth\nanna@zolc.example,7,12\n", kinds={"points": "number", "worth": "money"}, now=now)

    [values] = merge_fields.values_for([Reader(anna.pk, {}, now)])

    assert values["external"]["loyalty"]["points"] == 7
    assert values["external"]["loyalty"]["worth"] == "12,00\xa0zł"
    written = {field for one in merge_fields.registered() for field, _label in one.written}
    assert "{{ external.loyalty.points }}" in written
