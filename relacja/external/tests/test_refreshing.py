from relacja.contacts import copying
from relacja.external import queries
from relacja.external.models import State
from relacja.external.tests.making import load_again, make_contact, make_source
from relacja.segments import queries as segments
from relacja.segments import rules


def ids(now, field, op, value=None):
    rule = {"kind": "external", "field": f"external.loyalty.{field}", "op": op}
    return sorted(segments.ids(rules.read(rule | ({} if value is None else {"value": value})), now))


def test_values_of_a_table_are_compared_like_any_other(facts, now):
    anna, jan, ewa = (make_contact(now, one) for one in ("anna@zolc.example", "jan@zuk.example", "ewa@x.example"))
    copying.copy_changed()

    source = make_source(now=now)

    refresh = source.refreshes.get()
    assert (refresh.state, refresh.rows, refresh.people, refresh.strangers) == (State.DONE, 3, 2, 1)
    assert ids(now, "points", "greater", 100) == [anna.pk]
    assert ids(now, "points", "less", 100) == [jan.pk]
    assert ids(now, "tier", "is", "gold") == [anna.pk]
    assert ids(now, "tier", "is_not", "gold") == [jan.pk, ewa.pk]
    assert ids(now, "tier", "empty") == [ewa.pk]
    assert ids(now, "vip", "is", "true") == [anna.pk]
    assert ids(now, "since", "before", "2026-10-01") == [jan.pk]
    held = queries.held([anna.pk, ewa.pk])
    assert held[anna.pk]["loyalty"].shown[0][1] == "120"
    assert ewa.pk not in held


def test_a_table_that_is_suddenly_empty_leaves_the_last_good_values(facts, now):
    anna = make_contact(now)
    copying.copy_changed()
    source = make_source(now=now)

    failed = load_again(source, "email,points,tier,since,vip\n", now=now)

    source.refresh_from_db()
    assert failed.state == State.FAILED
    assert source.trouble == failed.error
    assert ids(now, "points", "greater", 100) == [anna.pk]
