import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relacja.contacts import actions, copying, field_kinds, fields
from relacja.contacts.field_kinds import CURRENCIES, Options
from relacja.contacts.models import Company, Contact, Field, Record
from relacja.contacts.rules import Values
from relacja.contacts.tests.people import make_contact, make_people
from relacja.lib.errors import Refused
from relacja.staff import changes
from relacja.staff.models import ApiKey, ChangeSet

HTMX = {"HX-Request": "true"}
CHOICES = (("gold", "Złoty"), ("silver", "Srebrny, matowy"), ("c_1", "1"))
OPTIONS = Options("Pole", "pole", CHOICES)
amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False)
VALUES = {
    "text": st.text(min_size=1, max_size=200),
    "number": st.one_of(
        st.integers(-(10**14), 10**14), st.decimals(-(10**8), 10**8, places=5, allow_nan=False).map(str)
    ),
    "money": st.builds(lambda a, c: {"amount": str(a), "currency": c}, amounts, st.sampled_from(CURRENCIES[:6])),
    "date": st.dates(min_value=date(1850, 1, 1)).filter(lambda d: d.year <= 2200).map(str),
    "choice": st.sampled_from([key for key, _label in CHOICES]),
    "choices": st.lists(st.sampled_from([key for key, _label in CHOICES])),
    "yes_no": st.booleans(),
    "link": st.sampled_from(["https://example.com/a?b=ż", "example.com", "http://a.pl:80/#x"]),
}


def make_field(now, kind="text", label="Rozmiar buta", of=Record.CONTACT, **more) -> Field:
    if kind in ("choice", "choices"):
        more.setdefault("choices", ["Złoty", "Srebrny"])
    return actions.make_field(of, kind=kind, label=label, now=now, **more)


def put(contact, now, **attributes):
    actions.edit(contact, values=Values({}, attributes), now=now)
    return Contact.objects.get(pk=contact.pk)


@pytest.mark.parametrize("code", sorted(VALUES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_a_kind_writes_it_reads_again(code, data):
    kind = field_kinds.of(code)
    value = kind.take(data.draw(VALUES[code]), OPTIONS)

    if value is None:
        return
    assert kind.parse(kind.text(value, OPTIONS), OPTIONS) == value
    assert kind.take(value, OPTIONS) == value
    assert kind.typed(kind.initial(value, OPTIONS), OPTIONS) == value
    assert kind.show(value, OPTIONS, {})


@pytest.mark.parametrize("code", sorted(VALUES))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=60),
    program=st.one_of(st.none(), st.floats(), st.integers(), st.dictionaries(st.text(), st.text())),
)
def test_whatever_is_typed_or_sent_is_taken_or_refused_in_a_sentence(code, text, program):
    kind = field_kinds.of(code)
    for read, given_ in ((kind.parse, text), (kind.take, program)):
        try:
            value = read(given_, OPTIONS)
        except Refused as refusal:
            value, sentence = None, str(refusal)
        else:
            sentence = "taken"
        assert sentence
        assert value is None or kind.take(value, OPTIONS) == value


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("number", "1 234,5", 1234.5),
        ("number", "1,234.50", 1234.5),
        ("number", "1.234,50", 1234.5),
        ("number", "−7", -7),
        ("money", "1 234,50 zł", {"amount": "1234.50", "currency": "PLN"}),
        ("money", "€12", {"amount": "12.00", "currency": "EUR"}),
        ("money", "12", {"amount": "12.00", "currency": "PLN"}),
        ("date", "21.11.2026", "2026-11-21"),
        ("date", "1/2/2026", "2026-02-01"),
        ("choice", "złoty", "gold"),
        ("choices", "1; złoty", ["gold", "c_1"]),
        ("yes_no", "TAK", True),
        ("yes_no", "n", False),
        ("link", "example.com/a", "https://example.com/a"),
    ],
)
def test_values_are_read_as_people_write_them(code, text, value):
    assert field_kinds.of(code).parse(text, OPTIONS) == value


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("number", "many"), ("number", "1234567890123456"), ("number", "nan"), ("money", "12,345 PLN"),
        ("money", "12 XYZ"), ("money", "PLN 12 EUR"), ("date", "2026-02-30"), ("date", "soon"), ("choice", "brass"),
        ("yes_no", "maybe"), ("link", "javascript:alert(1)"), ("link", "not a link"), ("text", "x" * 501),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(code, text):
    with pytest.raises(Refused):
        field_kinds.of(code).parse(text, OPTIONS)


def test_a_reference_is_found_by_name_address_or_number(now, db):
    anna, jan = make_contact(now), make_contact(now, first_name="Jan", last_name="Kos", email="jan@kos.example")
    make_contact(now, first_name="Jan", last_name="Kos", email="jan2@kos.example")
    kind = field_kinds.of("reference")

    assert kind.parse("anna@zolc.example", OPTIONS) == anna.pk
    assert kind.parse("Anna Żółć", OPTIONS) == anna.pk
    assert kind.parse(kind.text(jan.pk, OPTIONS), OPTIONS) == jan.pk
    for wrong in ("Jan Kos", "Nobody", "#999999"):
        with pytest.raises(Refused):
            kind.parse(wrong, OPTIONS)


def test_every_kind_of_field_is_filled_in_on_the_page_and_shown(as_alice, now):
    contact, other = make_contact(now), make_contact(now, first_name="Jan", email="jan@zolc.example")
    typed = {
        "text": ("42 EU", "42 EU"), "number": ("1 234,5", "1\u00a0234,5"), "money": ("99,90", "99,90\u00a0zł"),
        "date": ("2026-11-21", "21 lis 2026"), "choice": ("zloty", "Złoty"),
        "choices": (["zloty", "srebrny"], "Złoty, Srebrny"), "yes_no": ("true", "tak"),
        "link": ("example.com", "https://example.com"), "reference": ("jan@zolc.example", "Jan Żółć"),
    }  # fmt: skip
    assert set(typed) == {kind.code for kind in field_kinds.offered()}

    for code, (given_, shown) in typed.items():
        field = make_field(now, code, f"Pole {code}")
        path = f"/contacts/{contact.pk}/facts/own-{field.key}/"
        form = as_alice.get(path, headers=HTMX).text
        saved = as_alice.post(path, {f"attributes.{field.key}": given_}, headers=HTMX)
        assert f'name="attributes.{field.key}"' in form
        assert saved.status_code == 200
        assert shown in saved.text

    contact.refresh_from_db()
    assert contact.attributes["pole_money"] == {"amount": "99.90", "currency": "PLN"}
    assert contact.attributes["pole_reference"] == other.pk
    assert contact.attributes["pole_yes_no"] is True


def test_a_new_contact_has_usual_values_and_what_is_needed_is_asked(as_alice, now):
    make_field(now, "choice", "Kolor", default="srebrny")
    make_field(now, "number", "Rozmiar", is_required=True)

    page = as_alice.get("/contacts/new/").text
    without = as_alice.post("/contacts/new/", {"first_name": "Jan", "attributes.kolor": "srebrny"})
    as_alice.post("/contacts/new/", {"first_name": "Jan", "attributes.kolor": "srebrny", "attributes.rozmiar": "42"})

    assert '<option value="srebrny" selected' in page
    assert without.status_code == 422
    assert Contact.objects.get().attributes == {"kolor": "srebrny", "rozmiar": 42}


def test_a_value_goes_back_and_is_told_in_the_history(as_alice, alice, now):
    field = make_field(now, "money", "Budżet")
    contact = put(make_contact(now), now, budzet={"amount": "10.00", "currency": "PLN"})
    put(contact, now, budzet=None)

    page = as_alice.get(f"/contacts/{contact.pk}/changes/").text
    done = changes.undo(ChangeSet.objects.latest("pk"), by=alice, now=now)

    contact.refresh_from_db()
    assert field.label in page
    assert "10,00\u00a0zł" in page
    assert contact.attributes == {"budzet": {"amount": "10.00", "currency": "PLN"}}
    assert done.back == 1


def test_the_timeline_tells_own_fields_by_name(as_alice, deliver, now):
    make_field(now, "yes_no", "Chce katalog")
    contact = put(make_contact(now), now, chce_katalog=True)
    deliver()

    page = as_alice.get(f"/contacts/{contact.pk}/").text

    assert "Chce katalog" in page.split('id="live"')[1]


def test_two_people_do_not_overwrite_each_others_value(as_alice, bob, now):
    field = make_field(now, "text", "Rower")
    contact = make_contact(now)
    seen = contact.version
    actions.edit(contact, values=Values({}, {"rower": "Mewa"}), by=bob, now=now)

    given_ = {f"attributes.{field.key}": "Fala", "version": seen}
    response = as_alice.post(f"/contacts/{contact.pk}/facts/own-rower/", given_, headers=HTMX)

    assert response.status_code == 422
    assert "Mewa" in response.text
    assert Contact.objects.get(pk=contact.pk).attributes == {"rower": "Mewa"}


def test_a_company_has_fields_too(as_alice, now):
    make_field(now, "number", "Zatrudnienie", of=Record.COMPANY)
    firm = make_contact(now, company="Studio Żak").company

    as_alice.post(f"/companies/{firm.pk}/details/", {"name": "Studio Żak", "attributes.zatrudnienie": "12"})

    assert Company.objects.get().attributes == {"zatrudnienie": 12}
    assert "12" in as_alice.get(f"/companies/{firm.pk}/").text.split('class="facts"')[1]
    assert "Zatrudnienie" in as_alice.get(f"/companies/{firm.pk}/changes/").text


def test_a_choice_that_was_taken_away_stays_where_it_is(as_alice, now):
    field = make_field(now, "choice", "Kolor", of=Record.COMPANY)
    firm = make_contact(now, company="Studio Żak").company
    details = f"/companies/{firm.pk}/details/"
    as_alice.post(details, {"name": "Studio Żak", "attributes.kolor": "zloty"})
    as_alice.post(f"/settings/fields/{field.pk}/", {"label": "Kolor", "choice-zloty": "", "choice-srebrny": "Szary"})

    page = as_alice.get(details).text
    as_alice.post(details, {"name": "Studio Żak", "attributes.kolor": "zloty", "city": "Hel"})

    assert '<option value="zloty" selected' in page
    assert '<option value="srebrny">Szary' in page
    assert Company.objects.get().attributes == {"kolor": "zloty"}


def api(client, method, path, key, **more):
    headers = {"Authorization": f"Bearer {key}"}
    return getattr(client, method)(f"/api/v1{path}", content_type="application/json", headers=headers, **more)


def test_programs_read_and_write_own_fields_and_learn_their_form(as_nobody, now):
    make_field(now, "number", "Rozmiar")
    make_field(now, "choices", "Kolory")
    _key, key = ApiKey.issue(name="shop", scopes=["contacts.view", "contacts.edit"], now=now)
    given_ = {"first_name": "Jan", "attributes": {"rozmiar": 42.5, "kolory": ["srebrny", "zloty"]}}

    made = api(as_nobody, "post", "/contacts", key, data=given_).json()
    wrong = api(as_nobody, "patch", f"/contacts/{made['id']}", key, data={"attributes": {"rozmiar": "big", "x": 1}})
    changed = api(as_nobody, "patch", f"/contacts/{made['id']}", key, data={"attributes": {"kolory": None}}).json()
    known = {one["path"]: one for one in api(as_nobody, "get", "/fields", key).json()["items"]}
    described = as_nobody.get("/api/v1/openapi.json")

    assert made["attributes"] == {"rozmiar": 42.5, "kolory": ["zloty", "srebrny"]}
    assert {error["field"] for error in wrong.json()["errors"]} == {"attributes.rozmiar", "attributes.x"}
    assert changed["attributes"] == {"rozmiar": 42.5}
    assert known["attributes.rozmiar"]["values"]["type"] == "number"
    assert known["email"]["is_personal"] is True
    assert (
        "rozmiar" in described.json()["components"]["schemas"]["NewContact"]["properties"]["attributes"]["properties"]
    )


def test_fields_are_made_changed_and_ordered_on_the_page(as_alice, now):
    as_alice.post("/settings/fields/new/text/?of=contact", {"label": "Rower"})
    as_alice.post("/settings/fields/new/choice/?of=contact", {"label": "Kolor", "choices": "Złoty\nSrebrny"})
    second = Field.objects.get(label="Kolor")
    as_alice.post(f"/settings/fields/{second.pk}/place/", {"to": "up"})
    as_alice.post(
        f"/settings/fields/{second.pk}/",
        {
            "label": "Barwa",
            "choice-zloty": "Złota",
            "choice-srebrny": "Srebrna",
            "choices": "Miedziana",
            "help_text": "ramy",
        },
    )

    second.refresh_from_db()
    assert [known.label for known in fields.of_people(Record.CONTACT)] == ["Barwa", "Rower"]
    assert second.key == "kolor"
    assert [(one["key"], one["label"]) for one in second.choices] == [
        ("zloty", "Złota"), ("srebrny", "Srebrna"), ("miedziana", "Miedziana"),
    ]  # fmt: skip
    assert "Barwa" in as_alice.get("/settings/fields/").text


@pytest.mark.parametrize(
    "given_", [{"label": ""}, {"label": "E-mail"}, {"label": "rower"}, {"label": "Kwota", "default": "much"}]
)
def test_a_field_that_cannot_be_made_is_refused_in_the_form(as_alice, now, given_):
    make_field(now, "text", "Rower")

    response = as_alice.post("/settings/fields/new/number/?of=contact", given_)

    assert response.status_code == 422
    assert Field.objects.count() == 1


@pytest.mark.parametrize(
    "label", ["'; DROP TABLE x; --", "名前", "<script>alert(1)</script>", "{{ contact.x }}", "  a  b ", "123", "💥"]
)
def test_a_field_of_any_name_gets_a_key_that_harms_nothing(as_alice, now, facts, label):
    field = make_field(now, "text", label)
    contact = put(make_contact(now), now, **{field.key: label})
    copying.copy_changed()

    page = as_alice.get(f"/contacts/{contact.pk}/").text

    assert re.fullmatch(r"[a-z][a-z0-9_]*", field.key)
    assert "<script>alert" not in page
    assert as_alice.get(f"/settings/fields/{field.pk}/removal/").status_code == 200
    assert as_alice.get("/settings/fields/").status_code == 200


def test_who_may_not_set_up_fields_does_not(as_bob, now):
    field = make_field(now)

    for path in ("", "new/text/", f"{field.pk}/", f"{field.pk}/removal/"):
        assert as_bob.get(f"/settings/fields/{path}").status_code == 403


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("path", ["/contacts/{pk}/", "/settings/fields/", "/contacts/new/", "/contacts/"])
def test_the_pages_cost_the_same_however_many_fields_there_are(as_alice, deliver, now, path):
    people = make_people(now, 3)
    deliver()
    costs = []
    for count in (1, 20):
        for number in range(count):
            field = make_field(now, "reference", f"Pole {count} {number}")
            people[0] = put(people[0], now, **{field.key: people[1].pk})
        deliver()
        address = path.format(pk=people[0].pk)
        as_alice.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert as_alice.get(address).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]
