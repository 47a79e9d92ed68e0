"""Tables as they come: broken, in odd encodings, with other columns than yesterday."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from relacja.contacts import copying
from relacja.contacts.models import Identity
from relacja.external import actions, faults, queries, taking
from relacja.external.matching import By
from relacja.external.models import Cause, Source, State
from relacja.external.tests.making import LOYALTY, codes, held, load_again, make_contact, make_draft, make_source, work
from relacja.lib.errors import Refused
from relacja.segments.tests.making import make_segment, members

BLNS = Path(__file__).parents[4] / "shared" / "cases" / "hostile-strings" / "blns.json"


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
