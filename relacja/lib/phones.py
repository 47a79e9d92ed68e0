"""Phone numbers, as E.164."""

import re

import phonenumbers

from relacja.lib.errors import Refused

_PLAIN_POLISH = re.compile(r"(?:\+48 ?)?([1-9]\d\d)[ -]?(\d{3})[ -]?(\d{3})")


class NotAPhone(Refused):
    """The text is no phone number."""


def e164(text: str, *, region: str = "PL") -> str:
    """The number as +48601234567; a number without a prefix is of `region`."""
    if (plain := _PLAIN_POLISH.fullmatch(text)) and (region == "PL" or text.startswith("+")):
        return "+48" + "".join(plain.groups())  # the same as below, for a twentieth of the price
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise NotAPhone(str(error)) from error
    if not phonenumbers.is_possible_number(number):
        raise NotAPhone(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown(number: str, *, region: str = "PL") -> str:
    """The number as people of `region` read it: 601 234 567, or with its prefix when foreign."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    home = phonenumbers.region_code_for_number(parsed) == region
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)
