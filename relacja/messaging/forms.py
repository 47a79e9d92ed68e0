"""What people type about templates and the do-not-write list."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.lib import emails
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned
from relacja.messaging import actions
from relacja.messaging.models import Cause, Kind


class Stop(forms.Form):
    """An address that must not be written to."""

    address = forms.CharField(label=gettext_lazy("E-mail"), max_length=320)
    cause = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=[(Cause.BLOCKED, Cause.BLOCKED.label), (Cause.COMPLAINED, Cause.COMPLAINED.label)],
    )
    note = forms.CharField(label=gettext_lazy("Reason"), max_length=300)

    def clean_address(self) -> str:
        try:
            return emails.address(self.cleaned_data["address"])
        except emails.NotAnAddress:
            raise forms.ValidationError(_("This is no e-mail address. Write it like name@example.com.")) from None


class NewTemplate(forms.Form):
    """A template's name and what it is for."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=Kind.choices,
        initial=Kind.MARKETING,
        help_text=gettext_lazy("Marketing goes only to people who agreed to it."),
    )

    def clean_name(self) -> str:
        return cleaned(self.cleaned_data["name"])


class Words(forms.Form):
    """What a template says in one language."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=250)
    preheader = forms.CharField(
        label=gettext_lazy("Preheader"),
        max_length=250,
        required=False,
        help_text=gettext_lazy("The grey line that mail programs show after the subject."),
    )
    body = forms.CharField(
        label=gettext_lazy("Body"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 18, "class": "code", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "HTML with fields in double braces. The frame and the unsubscribe line are added around it."
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("Text part"),
        max_length=200_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "code"}),
        help_text=gettext_lazy("For readers without HTML. Left empty, it is made from the body."),
    )

    def clean(self) -> dict[str, str]:
        words: dict[str, str] = {part: str(self.cleaned_data.get(part) or "") for part in self.fields}
        if not self.errors:
            try:
                actions.check(words)
            except Refused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return words


LANGUAGES = [code for code, _label in settings.LANGUAGES]
