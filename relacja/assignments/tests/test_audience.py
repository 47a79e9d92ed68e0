"""Whom a rule of assignment means is chosen like every audience."""

from django.http import QueryDict

from relacja.assignments.models import AssignmentRule
from relacja.contacts import copying
from relacja.segments import audience, rules, uses
from relacja.segments.tests.making import make_contact, make_segment


def test_a_rule_of_assignment_is_chosen_without_script(as_alice, alice, facts, now):
    make_contact(now, "anna@zolc.example", city="Gdynia")
    make_contact(now, "ewa@zolc.example", city="Gdynia", last_name="Away")
    copying.copy_changed()
    gdynia = make_segment(now, "Gdynia", {"kind": "town", "op": "is", "town": "Gdynia"})
    make_segment(now, "Away", {"kind": "attribute", "field": "last_name", "op": "is", "value": "Away"})
    form = {"name": "Gdynia", "to": f"person:{alice.pk}", "audience-segments": "gdynia", "audience-except": "away"}

    looked = as_alice.post("/settings/assignment/new/", {**form, "audience-do": "look"})

    assert looked.status_code == 200
    assert looked.context["picker"].meaning.size == 1
    assert 'value="Gdynia"' in looked.text
    builder = looked.context["picker"].builder
    back = as_alice.post(
        "/segments/people/",
        {
            "for": "assignment",
            "list": QueryDict(builder.partition("?")[2])["list"],
            "0:mode": "all",
            "0.0:kind": "stage",
            "0.0:stage": "lead",
        },
    )
    again = as_alice.get(back.url).context["picker"].audience
    assert (again.segments, again.without, again.rule.to_json()) == (
        ("gdynia",),
        ("away",),
        {"all": [{"kind": "stage", "stage": "lead"}]},
    )
    assert as_alice.post("/settings/assignment/new/", form).status_code == 302
    assert audience.of_rule(rules.read(AssignmentRule.objects.get().rule)).without == ("away",)
    assert "Gdynia" in as_alice.get(f"/segments/{gdynia.pk}/").text
    assert [str(use.name) for use in uses.of(gdynia)] == ["Gdynia"]
