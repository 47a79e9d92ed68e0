import pytest

from relacja.contacts import actions, rules, searching


@pytest.fixture
def people(db, now):
    for first, last, email, phone in [
        ("Łucja", "Żółkiewska", "lucja@poczta.example", "601 234 567"),
        ("Anna", "Kowalska", "a.kowalska@firma.example", "+48 22 555 01 02"),
        ("Jan", "Kowal", "jan@firma.example", ""),
    ]:
        given = {"first_name": first, "last_name": last, "email": email, "phone": phone}
        actions.create(values=rules.values(given), now=now)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("zolk", ["Łucja Żółkiewska"]),
        ("ŻÓŁK", ["Łucja Żółkiewska"]),
        ("kowal", ["Jan Kowal", "Anna Kowalska"]),
        ("kowalska anna", ["Anna Kowalska"]),
        ("601234", ["Łucja Żółkiewska"]),
        ("(22) 555-01", ["Anna Kowalska"]),
        ("firma.example", ["Jan Kowal", "Anna Kowalska"]),
        ("ja", ["Jan Kowal"]),
        ('"; DROP TABLE', []),
        ("%", []),
    ],
)
def test_a_fragment_finds_people_in_any_spelling(people, text, names):
    assert [str(contact) for contact in searching.found(text)] == names


def test_an_archived_contact_is_not_found(people, now):
    contact = searching.found("zolk").get()

    actions.archive(contact, now=now)
    assert not searching.found("zolk").exists()

    actions.restore(contact, now=now)
    assert searching.found("zolk").get() == contact
