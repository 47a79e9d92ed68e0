from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from relacja.assignments.models import Way
from relacja.staff import teams

PERSON, TEAM = "person:", "team:"


class RuleDetails(forms.Form):
    """What a rule is called and to whom it gives; whom it asks for is written in the builder, and comes as JSON."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("The timeline of a contact says it, for example: Pomerania"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    to = forms.ChoiceField(label=_("They go to"))
    way = forms.ChoiceField(
        label=_("Who of the team"), choices=Way.choices, required=False, initial=Way.TURNS, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roster = teams.roster()
        of_teams = [(f"{TEAM}{team.pk}", team.name) for team in roster.teams]
        people = [(f"{PERSON}{pk}", name) for pk, name in roster.staff.items() if pk in roster.here]
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = [("", "–"), (_("Teams"), of_teams), (_("People"), people)]

    def values(self) -> dict[str, Any]:
        """The same as the actions take it."""
        to = self.cleaned_data["to"]
        number = int(to.partition(":")[2])
        is_team = to.startswith(TEAM)
        return {
            "name": self.cleaned_data["name"],
            "person": None if is_team else number,
            "team": number if is_team else None,
            "way": self.cleaned_data["way"] or str(Way.TURNS),
        }


class Trying(forms.Form):
    who = forms.CharField(
        label=_("Name, e-mail or number of a contact"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
