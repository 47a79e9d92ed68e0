from django import forms
from django.utils.translation import gettext_lazy as _

from relacja.lib import emails
from relacja.lib.errors import Refused
from relacja.web import actions
from relacja.web.models import SourceKind


class NewSource(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("For example “Online shop”."))
    kind = forms.ChoiceField(
        label=_("Who sends"),
        choices=[
            (SourceKind.BROWSER, _("A website, from the browsers of its visitors")),
            (SourceKind.SERVER, _("A server or a program, with a secret key")),
        ],
        initial=SourceKind.BROWSER,
        widget=forms.RadioSelect,
    )
    namespace = forms.ChoiceField(
        label=_("Customer numbers"),
        required=False,
        help_text=_("Sources that share customer numbers know the same people by them."),
    )
    origins = forms.CharField(
        label=_("Websites that may send"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "https://shop.example"}),
        help_text=_("One address a line. Empty: every website that has the key."),
    )

    def __init__(self, *args: object, namespaces: list[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [("", _("Its own")), *((name, name) for name in namespaces)]
        self.fields["namespace"].choices = choices  # type: ignore[attr-defined]

    def clean_origins(self) -> list[str]:
        lines = str(self.cleaned_data["origins"]).split()
        try:
            return [actions.origin(line) for line in lines]
        except Refused as error:
            raise forms.ValidationError(str(error)) from None


class Newsletter(forms.Form):
    """Sign up. `website` is not for people: who fills it in is a machine."""

    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    first_name = forms.CharField(
        label=_("First name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    consent = forms.BooleanField(error_messages={"required": _("Without your consent we may not write to you.")})
    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}), label=""
    )

    def __init__(self, *args: object, consent: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["consent"].label = consent

    def clean_email(self) -> str:
        try:
            return emails.address(self.cleaned_data["email"])
        except Refused:
            raise forms.ValidationError(
                _("This is no e-mail address. Check it: it needs an @ and a domain, like anna@poczta.example.")
            ) from None
