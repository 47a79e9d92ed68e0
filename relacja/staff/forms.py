from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relacja.staff import access
from relacja.staff.access import Reach, Role
from relacja.staff.models import User

LANGUAGES = [("pl", "Polski"), ("en", "English")]


class SignIn(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class Password(forms.Form):
    """A new password, twice, and the present one as proof. `user` is the person it is for."""

    present = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=1024,
        help_text=_("At least 12 characters. A sentence is easier to remember than signs."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.must_change_password:
            self.fields["present"].label = _("One-time password")

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise forms.ValidationError(_("This is not your present password."))
        return present

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        if self.user.check_password(new):
            raise forms.ValidationError(_("This is the password you have now. Choose another one."))
        return new

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "new" in cleaned and cleaned["new"] != cleaned.get("again"):
            self.add_error("again", _("The two do not match. Write the same one twice."))
        return cleaned


class Profile(forms.Form):
    name = forms.CharField(
        label=_("First and last name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, widget=forms.RadioSelect)
    theme = forms.ChoiceField(
        label=_("Theme"),
        required=False,
        choices=[("", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=forms.RadioSelect,
    )


class Invitation(forms.Form):
    name = forms.CharField(
        label=_("First and last name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    email = forms.EmailField(label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial="pl")


class RoleOf(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class ReachOf(forms.Form):
    """Which customers somebody sees; empty for what their role lets see."""

    reach = forms.ChoiceField(label=_("Customers they see"), choices=[("", ""), *Reach.choices], required=False)


class ReachOfRole(forms.Form):
    role = forms.ChoiceField(choices=[one for one in Role.choices if one[0] != Role.ADMINISTRATOR])
    reach = forms.ChoiceField(label=_("Customers they see"), choices=Reach.choices)


class Key(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Which program will use it, for example: warehouse"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing this key may do.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        scopes.choices = [(one.code, one.label) for one in access.permissions()]


class TeamDetails(forms.Form):
    """A team: what it is called, who is in it, who leads it. `held` are the ids of those who are in it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("For example a shop, a region or a kind of customers"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    members = forms.TypedMultipleChoiceField(
        label=_("Who is in it"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    leader = forms.TypedChoiceField(label=_("Who leads it"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, held: Collection[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(Q(is_active=True) | Q(pk__in=held)).order_by("name", "email")
        choices = [(person.pk, str(person)) for person in people]
        members, leader = self.fields["members"], self.fields["leader"]
        assert isinstance(members, forms.MultipleChoiceField)
        assert isinstance(leader, forms.ChoiceField)
        members.choices, leader.choices = choices, [("", _("nobody")), *choices]


class Absence(forms.Form):
    until = forms.DateField(
        label=_("Away until"),
        required=False,
        help_text=_("Up to and with this day no rule gives them new people. Leave it empty for somebody who is here."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
