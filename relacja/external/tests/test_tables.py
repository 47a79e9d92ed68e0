"""Tables as they come: broken, in odd encodings, with other columns than yesterday."""

import io
import json
import os
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from relacja.contacts import copying, forgetting
from relacja.contacts.actions import merge as merging
from relacja.contacts.models import Identity
from relacja.external import actions, faults, queries, sources, taking, tasks
from relacja.external.actions import refreshing
from relacja.external.matching import By
from relacja.external.models import Cause, Refresh, Source, State
from relacja.external.tests.making import LOYALTY, load_again, make_contact, make_draft, make_source, work
from relacja.jobs.models import Job
from relacja.lib.errors import Refused, Unavailable
from relacja.segments import actions as segments
from relacja.segments.tests.making import make_segment, members

BLNS = Path(__file__).parents[4] / "shared" / "cases" / "hostile-strings" / "blns.json"
POINTED = {"kind": "external", "field": "external.loyalty.points", "op": "greater", "value": 100}


def held(contact, key="loyalty"):
    found = queries.held([contact.pk]).get(contact.pk, {}).get(key)
    return dict(found.data) if found else None


def codes(refresh: Refresh) -> dict[str, int]:
    return {code: refresh.faults.filter(code=code).count() for code in faults.codes_of(refresh)}


def test_broken_rows_cost_only_themselves(facts, now):
    anna = make_contact(now)
    text = 'email,points,tier,since,vip\n"anna@zolc.example,1,2\nanna@zolc.example,7,gold,,\nx,y\na,b,c,d,e,f\n,1,,,\n'

    source = make_source(text, now=now)

    refresh = source.refreshes.get()
    assert held(anna) == {"points": 7, "tier": "gold"}
    assert codes(refresh) == {"unnamed": 1, "quotes": 1, "short": 1, "long": 1}
    assert (refresh.broken, refresh.unnamed, refresh.people) == (3, 1, 1)
    told = faults.told(source, refresh.faults.all())
    assert all(one.said for one in told)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "iso8859-2", "utf-16"])
def test_odd_encodings_are_read(facts, now, encoding):
    anna = make_contact(now)
    text = "e-mail;poziom;miasto\nanna@zolc.example;złoty;Łódź i Gdańsk, świeżość źdźbła\njan@x.example;zwykły;Kraków\n"

    make_source(text.encode(encoding), kinds={"poziom": "text"}, by=(By("e-mail", "email"),), now=now)

    assert held(anna) == {"poziom": "złoty"}


def test_values_of_another_kind_are_left_out_and_told(facts, now):
    anna = make_contact(now)

    source = make_source("email,points,tier,since,vip\nanna@zolc.example,abc,gold,31.02.2026,może\n", now=now)

    refresh = source.refreshes.get()
    assert held(anna) == {"tier": "gold"}
    assert (refresh.flawed, codes(refresh)) == (1, {"value": 3})
    assert "„abc” to nie liczba" in faults.told(source, refresh.faults.all())[0].said


def test_of_several_rows_about_one_person_the_first_counts(facts, now):
    anna = make_contact(now, phone="601 234 567")
    text = "email,tel,points\n,+48 601-234-567,1\nANNA@zolc.example,,2\nanna@zolc.example,,3\n"

    source = make_source(text, kinds={"points": "number"}, by=(By("email", "email"), By("tel", "phone")), now=now)

    assert held(anna) == {"points": 1}
    assert source.refreshes.get().twice == 2


def test_people_are_known_by_numbers_here_and_elsewhere(facts, now):
    anna, jan = make_contact(now), make_contact(now, "jan@zuk.example")
    Identity.objects.create(kind="external", value="shopify:123", contact=anna, since=now)
    text = f"nr,id,points\n123,,1\n,{jan.pk},2\n999,abc,3\n"

    source = make_source(
        text, kinds={"points": "number"}, by=(By("nr", "external", "shopify"), By("id", "contact")), now=now
    )

    assert (held(anna), held(jan)) == ({"points": 1}, {"points": 2})
    assert source.refreshes.get().strangers == 1


def parquet(path: Path, **columns) -> bytes:
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path.read_bytes()


def test_parquet_is_read_whatever_its_types(facts, now, tmp_path):
    anna = make_contact(now)
    whole = parquet(
        tmp_path / "a.parquet",
        **{
            "e.mail": ["anna@zolc.example", None],
            "points": [1.5, None],
            "worth": [Decimal("12.30"), None],
            "since": [date(2026, 10, 20), None],
            "seen": [datetime(2026, 10, 21, 12, 30, tzinfo=UTC), None],
            "vip": [True, None],
            "list": [[1, 2], None],
            "raw": [b"bytes", None],
        },
    )
    kinds = {"points": "number", "worth": "money", "since": "date", "seen": "date", "vip": "yes_no", "raw": "text"}

    source = make_source(whole, kinds=kinds, by=(By("e.mail", "email"),), now=now)

    assert "list" not in source.headings
    assert held(anna) == {
        "points": 1.5,
        "worth": {"amount": "12.30", "currency": "PLN"},
        "since": "2026-10-20",
        "seen": "2026-10-21",
        "vip": True,
        "raw": "bytes",
    }


def test_half_a_parquet_file_is_refused_in_a_sentence(facts, now, tmp_path):
    whole = parquet(tmp_path / "a.parquet", email=["a"] * 5000)

    with pytest.raises(Refused, match="Parquet"):
        make_draft(whole[: len(whole) // 2], now=now)

    assert not Source.objects.exists()


def test_a_column_that_vanished_is_said_and_the_last_values_stay(facts, now):
    anna = make_contact(now)
    source = make_source(now=now)

    failed = load_again(source, LOYALTY.replace("points", "score"), now=now)

    source.refresh_from_db()
    assert failed.state == State.FAILED
    assert "„points”" in source.trouble or "“points”" in source.trouble
    assert held(anna)["points"] == 120


def test_a_column_called_otherwise_goes_on_under_its_key(as_alice, facts, now):
    anna = make_contact(now)
    source = make_source(now=now)
    load_again(source, LOYALTY.replace("points", "score").replace("120", "130"), now=now)
    sent = {"name-pl": "Loyalty", "by-0": "0", "as-0": "email", f"moved-{source.columns.get(key='points').pk}": "1"}
    assert "points" in as_alice.get(f"/settings/external/{source.pk}/columns/").text

    response = as_alice.post(f"/settings/external/{source.pk}/columns/", sent)
    work(source.refreshes.latest("pk"))

    assert response.status_code == 302
    assert held(anna) == {"points": 130}


def test_a_column_that_holds_something_else_now_is_said(facts, now):
    people = [make_contact(now, f"p{n}@x.example") for n in range(30)]
    rows = "".join(f"p{n}@x.example,{n}\n" for n in range(30))
    source = make_source("email,points\n" + rows, kinds={"points": "number"}, now=now)

    failed = load_again(source, "email,points\n" + rows.replace(",", ",pkt "), now=now)

    assert failed.state == State.FAILED
    assert "pkt 0" in failed.error
    assert held(people[7]) == {"points": 7}


def test_a_choice_of_too_many_values_is_told_to_be_text(facts, now):
    for n in range(taking.MOST_CHOICES + 5):
        make_contact(now, f"p{n}@x.example")
    source = make_draft("email,code\n" + "".join(f"p{n}@x.example,c{n}\n" for n in range(300)), now=now)
    actions.choose(
        source, names={"pl": "X"}, identities=[By("email", "email")], now=now,
        columns=[actions.Wanted("code", "choice", {"pl": "code"})],
    )  # fmt: skip

    trial = work(actions.begin(source, cause=Cause.TRIAL, now=now), is_fine=None)

    assert trial.state == State.FAILED
    assert "200" in trial.error


def test_hostile_words_are_values_like_any_other(facts, now):
    words = [one for one in json.loads(BLNS.read_text(encoding="utf-8")) if one.strip() and "\x00" not in one][:150]
    people = [make_contact(now, f"p{n}@x.example") for n in range(len(words))]
    lines = ["email,word", *(f'p{n}@x.example,"{word.replace(chr(34), chr(34) * 2)}"' for n, word in enumerate(words))]
    text = "\n".join(lines).encode("utf-8", "replace")

    source = make_source(text, kinds={"word": "text"}, now=now)

    refresh = source.refreshes.get()
    assert refresh.people + refresh.broken == len(words)
    found = queries.held([one.pk for one in people])
    assert len(found) == refresh.people
    assert facts.ask("SELECT count() AS n FROM contact")[0]["n"] >= 0


def test_hostile_headings_are_names_like_any_other(facts, now):
    anna = make_contact(now)
    headings = ["`x` OR 1=1--", "'; DROP TABLE external_row --", "{p0:String}", "<script>alert(1)</script>", "a.b.c"]
    copying.copy_changed()
    named = ",".join(f'"{one}"' for one in headings)

    source = make_source(
        f"email,{named}\nanna@zolc.example,{','.join('12345')}\n", kinds=dict.fromkeys(headings, "number"), now=now
    )

    assert sorted(held(anna).values()) == [1, 2, 3, 4, 5]
    for column in source.columns.all():
        rule = {"kind": "external", "field": f"external.loyalty.{column.key}", "op": "greater", "value": 0}
        assert members(make_segment(now, column.key, rule)) == [anna.pk]


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
