"""What visitors type into the shop."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from relacja.demo import cart, catalogue
from relacja.demo.actions.ordering import Buyer
from relacja.demo.catalogue import Product
from relacja.lib import emails, phones
from relacja.lib.emails import NotAnAddress
from relacja.lib.phones import NotAPhone
from relacja.lib.text import cleaned


class CartLine(forms.Form):
    """A product, its size where it has sizes, and how many."""

    sku = forms.CharField(max_length=20)
    size = forms.CharField(max_length=20, required=False)
    quantity = forms.IntegerField(min_value=0, max_value=cart.MOST_OF_ONE)

    def clean_sku(self) -> Product:
        product = catalogue.BY_SKU.get(self.cleaned_data["sku"])
        if product is None:
            raise forms.ValidationError(_("This product is not in the shop any more."))
        return product

    def clean(self) -> dict[str, Any]:
        product = self.cleaned_data.get("sku")
        if product is not None and not product.has_size(self.cleaned_data.get("size", "")):
            self.add_error("size", _("Choose a size first."))
        return self.cleaned_data


def _text(label: Any, length: int, autocomplete: str, **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete, **attributes})
    return forms.CharField(label=label, max_length=length, widget=widget)


class Checkout(forms.Form):
    """Who orders and where it goes."""

    first_name = _text(_("First name"), 120, "given-name")
    last_name = _text(_("Last name"), 120, "family-name")
    email = _text(_("E-mail"), 254, "email", type="email")
    phone = _text(_("Phone"), 40, "tel", type="tel")
    street = _text(_("Street and number"), 200, "street-address")
    postal_code = _text(_("Postal code"), 16, "postal-code", inputmode="numeric")
    city = _text(_("Town"), 120, "address-level2")
    newsletter = forms.BooleanField(required=False)

    def clean_email(self) -> str:
        try:
            return emails.address(self.cleaned_data["email"])
        except NotAnAddress:
            raise forms.ValidationError(_("Mail cannot be sent to this address. Check it: name@domain.com.")) from None

    def clean_phone(self) -> str:
        try:
            return phones.e164(self.cleaned_data["phone"])
        except NotAPhone:
            raise forms.ValidationError(_("This is no phone number. Write it like 601 234 567.")) from None

    @property
    def buyer(self) -> Buyer:
        """The checked answers."""
        names = ("first_name", "last_name", "email", "phone", "street", "postal_code", "city")
        said = {name: cleaned(self.cleaned_data[name]) for name in names}
        return Buyer(**said, language=(get_language() or "pl")[:2])
