"""Companies that share a VAT id from before that was refused are counted and listed."""

from relacja.contacts.models import Company, Record
from relacja.segments import firms, rules


def test_companies_of_one_vat_id_are_counted_and_each_number_opens_them(as_alice, facts, now):
    given = [("A", "5260250274", None), ("B", "5260250274", now), ("C", "7740001454", None), ("D", "", None)]
    for name, vat_id, doubled_at in given:
        Company.objects.create(name=name, name_key=name.lower(), vat_id=vat_id, doubled_at=doubled_at, created_at=now)
    rule = rules.read({"kind": "flaw", "flaw": "shared_vat_id"}, Record.COMPANY)

    row = as_alice.get("/quality/").context["report"].parts[-1].rows[1]
    listed = as_alice.get(row.all.href).context["page"].rows

    assert (row.all.people, row.all.of) == (2, 4)
    assert [one.name for one in listed] == ["A", "B"]
    assert {one.name for one in Company.objects.all() if firms.holds(rule, one, now)} == {"A", "B"}
