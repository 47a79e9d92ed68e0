"""Values that point to another record."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy

from relacja.contacts import reach, searching
from relacja.contacts.field_kinds.kind import (
    CODED,
    FILLED_BY_NOBODY,
    Kind,
    Names,
    Options,
    kind,
    of_another_type,
    unreadable,
)
from relacja.contacts.models import Company, Contact, Identity
from relacja.lib import emails
from relacja.lib.text import cleaned, folded
from relacja.staff.models import User


@kind
class Reference(Kind):
    """Another contact or company, by its id. People write its name, its address or #id."""

    code, label, icon = "reference", gettext_lazy("Another contact or company"), "git-branch"
    operators = frozenset({"is", "is_not", "empty", "filled"})

    def parse(self, text: str, options: Options) -> int | None:
        text = cleaned(text)
        if not text:
            return None
        if found := re.match(r"#(\d{1,18})\b", text, re.ASCII):
            return self.take(int(found[1]), options)
        found_ids = companies_named(text) if options.target == "company" else _contacts_named(text)
        if len(found_ids) == 1:
            return found_ids[0]
        if not found_ids:
            raise unreadable(text, options, gettext_lazy("Nobody here is called “{text}”."))
        raise unreadable(
            text, options, gettext_lazy("“{text}” may be several. Write the number of the one, like #123.")
        )

    def take(self, value: Any, options: Options) -> int | None:
        if value is None or isinstance(value, str):
            return self.parse(value or "", options)
        if isinstance(value, bool) or not isinstance(value, int):
            raise of_another_type("id", options)
        model: Any = Company if options.target == "company" else Contact
        if not 0 < value < 1 << 62 or not model.objects.filter(pk=value).exists():
            raise unreadable(f"#{value}", options, gettext_lazy("There is no {text}."))
        return value

    def form_field(self, options: Options) -> forms.Field:
        return forms.CharField(label=options.label, required=False, widget=suggested(options.target))

    def initial(self, value: Any, options: Options) -> Any:
        return (
            f"#{value} {named([self.refers(value, options)]).get((options.target, value), '')}".strip() if value else ""
        )

    def text(self, value: Any, options: Options) -> str:
        return f"#{value}"

    def show(self, value: Any, options: Options, names: Names) -> str:
        return names.get((options.target, value), f"#{value}")

    def refers(self, value: Any, options: Options) -> tuple[str, int] | None:
        return (options.target, value)

    def href(self, value: Any, options: Options) -> str:
        return reverse(f"contacts:{options.target}", args=[value])

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1}


@kind
class Firm(Kind):
    """The company of a contact, by its id; written by its name."""

    code, label = "company", gettext_lazy("Company")

    def parse(self, text: str, options: Options) -> int | None:
        """The id of a company that is here. Making one that is not is for who writes contacts (`company=`)."""
        found = companies_named(text)[:1] if cleaned(text) else [None]
        if not found and (numbered := re.fullmatch(r"#(\d{1,18})", cleaned(text), re.ASCII)):
            found = list(Company.objects.filter(pk=int(numbered[1])).values_list("pk", flat=True))
        if not found:
            raise unreadable(text, options, gettext_lazy("Nobody here is called “{text}”."))
        return found[0]

    def form_field(self, options: Options) -> forms.Field:
        return forms.CharField(label=options.label, max_length=200, required=False, widget=suggested("company-name"))

    def initial(self, value: Any, options: Options) -> Any:
        """Its name, or its number for who does not see it: saved again it stays the same."""
        return reach.named("company", [value]).get(value, f"#{value}") if value else ""

    def show(self, value: Any, options: Options, names: Names) -> str:
        return names.get(("company", value), f"#{value}")

    def text(self, value: Any, options: Options) -> str:
        company = Company.objects.filter(pk=value).first()
        return company.name if company else ""

    def refers(self, value: Any, options: Options) -> tuple[str, int] | None:
        return ("company", value)

    def href(self, value: Any, options: Options) -> str:
        return reverse("contacts:company", args=[value])

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string", "maxLength": 200}


@kind
class Owner(Kind):
    """Who takes care, by the id of the person who works here; written by e-mail or name."""

    code, label, operators = "owner", gettext_lazy("Owner"), CODED

    def form_field(self, options: Options) -> forms.Field:
        people = [(person.pk, str(person)) for person in User.objects.filter(is_active=True).order_by("name", "email")]
        return forms.ChoiceField(label=options.label, required=False, choices=[("", "–"), *people])

    def typed(self, given: Any, options: Options) -> Any:
        return int(given) if given else None

    def initial(self, value: Any, options: Options) -> Any:
        return value or ""

    def parse(self, text: str, options: Options) -> int | None:
        text = cleaned(text)
        if not text:
            return None
        people = User.objects.filter(is_active=True)
        found = list(people.filter(email=text.lower())[:1] or people.filter(name__iexact=text)[:2])
        if len(found) != 1:
            raise unreadable(text, options, gettext_lazy("Nobody here is called “{text}”."))
        return found[0].pk

    def text(self, value: Any, options: Options) -> str:
        user = User.objects.filter(pk=value).first()
        return user.email if user else ""

    def show(self, value: Any, options: Options, names: Names) -> str:
        return names.get(("user", value), f"#{value}")

    def refers(self, value: Any, options: Options) -> tuple[str, int] | None:
        return ("user", value)

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string"}


def named(references: Iterable[tuple[str, int] | None]) -> dict[tuple[str, int], str]:
    """What references point to, by name if whoever reads sees it. One query for each sort of record among them."""
    asked: dict[str, set[int]] = {}
    for reference in references:
        if reference:
            asked.setdefault(reference[0], set()).add(reference[1])
    return {(target, pk): name for target, ids in asked.items() for pk, name in _names(target, ids).items()}


def _names(target: str, ids: Collection[int]) -> dict[int, str]:
    if target == "user":
        return {pk: str(user) for pk, user in User.objects.in_bulk(ids).items()}
    return reach.named(target, ids)


def suggested(of: str) -> forms.TextInput:
    """An input that offers what is here while one types: `contact`, `company` or `company-name`."""
    return forms.TextInput(attrs={"data-suggest": reverse_lazy("contacts:suggestions", args=[of]), **FILLED_BY_NOBODY})


def companies_named(text: str) -> list[int]:
    found = Company.objects.filter(name_key=folded(text)[:200], archived_at=None)
    return list(found.order_by("pk").values_list("pk", flat=True)[:2])


def _contacts_named(text: str) -> list[int]:
    if "@" in text:
        named = Identity.objects.filter(kind="email", value=emails.key(text))
        return list(named.values_list("contact_id", flat=True)[:1])
    return [contact.pk for contact in searching.found(text)[:2]]
