"""Who may do what. Denied unless a view says otherwise; roles hold permissions, people hold one role."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"


class Role(TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("Manager")
    MARKETING = "marketing", _("Marketing")
    SALES = "sales", _("Sales")
    SERVICE = "service", _("Service")
    VIEWER = "viewer", _("Viewer")


class Reach(TextChoices):
    """Whose customers somebody sees, by who takes care of them."""

    ALL = "all", _("All customers")
    TEAM_OR_NOBODY = "team_nobody", _("Their teams' and nobody's")
    TEAM = "team", _("Their teams'")
    OWN_OR_NOBODY = "own_nobody", _("Their own and nobody's")
    OWN = "own", _("Only their own")


@dataclass(frozen=True, slots=True)
class Permission:
    """Something a person may do, e.g. `contacts.edit`, and the roles that may (administrators always do).

    What `concerns_all` customers, and cannot be narrowed to some, is only for who sees all of them.
    """

    code: str
    label: Any
    roles: frozenset[str] = field(default_factory=frozenset)
    concerns_all: bool = False


_permissions: dict[str, Permission] = {}


def declare(code: str, label: Any, *roles: Role, concerns_all: bool = False) -> None:
    """Add a permission. Called by an app's `permissions.py` at start-up."""
    _permissions[code] = Permission(code, label, frozenset({Role.ADMINISTRATOR, *roles}), concerns_all)


def permissions() -> list[Permission]:
    """All declared permissions, by code."""
    return [_permissions[code] for code in sorted(_permissions)]


def role_may(role: str, code: str) -> bool:
    """Whether `role` holds `code`. An undeclared code is a mistake in the program: KeyError."""
    return role in _permissions[code].roles


def concerns_all(code: str) -> bool:
    """Whether only those hold `code` who see all customers, whatever their role."""
    return _permissions[code].concerns_all


def allow(code: str) -> Callable[[View], View]:
    """Mark a view as open to people who hold `code`; without a mark the middleware refuses everyone."""

    def mark(view: View) -> View:
        @wraps(view)
        def inner(*args: Any, **kwargs: Any) -> Any:
            return view(*args, **kwargs)

        inner.access = code  # type: ignore[attr-defined]
        return inner  # type: ignore[return-value]

    return mark


def public(view: View) -> View:
    """Mark a view as open to everybody, signed in or not."""
    return allow(PUBLIC)(view)


def required(view: Callable[..., Any]) -> str | None:
    """What a view asks for: a permission code, `PUBLIC`, or None when nobody may."""
    return getattr(view, "access", None)
