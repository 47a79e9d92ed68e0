from django import forms
from django.utils.translation import gettext_lazy as _


class Upload(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("A list of GeoNames, such as DE.zip or DE.txt, up to 60 MB. It replaces the list of that country."),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,.txt"}),
    )
