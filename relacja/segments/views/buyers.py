"""The map of buyers: how recently and how often, in 25 cells that have names, and whoever is chosen of them."""

from collections.abc import Collection, Iterable
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from relacja.segments import portraits, scales
from relacja.segments.rules import Every, Not, Rule, Some
from relacja.segments.scales import BEST, Cell, Group, Move
from relacja.segments.segment_rules.rfm import BOUGHT, InGroup, Score, bought
from relacja.segments.views.checking import list_of, new_of
from relacja.segments.views.portraits import address, asked_for
from relacja.staff import access, reach
from relacja.staff.http import StaffRequest
from relacja.ui.pages import page

Place = tuple[int, int]
BEHAVIOUR = "behaviour"
PERIODS = (30, 90, 180)
MOST_MOVES = 14


@access.allow("segments.view")
@require_GET
def buyers(request: StaffRequest) -> HttpResponse:
    """`?cell=5-4` chooses cells, by their scores of recency and of frequency."""
    now, scale = timezone.now(), scales.remembered()
    found = scales.cells(scale, now, reach.owners(request.user)) if scale else []
    places = _places(request.GET.getlist("cell"))
    people = sum(cell.people for cell in found)
    context = {
        "scale": scale,
        "people": people,
        "rows": [[_shown(cell, people, places) for cell in found if cell.recency == r] for r in range(BEST, 0, -1)],
        "groups": _groups(found, people, places),
        "chosen": _chosen(request, [cell for cell in found if (cell.recency, cell.frequency) in places], people),
        "may_edit": request.user.may("segments.edit"),
        "now": now,
    }
    return page(request, "segments/buyers.html", context, fragment="buyers")


@access.allow("segments.view")
@require_GET
def moves(request: StaffRequest) -> HttpResponse:
    """Who was in another group so many `days` ago."""
    days = next((one for one in PERIODS if str(one) == request.GET.get("days", "")), PERIODS[0])
    now, scale = timezone.now(), scales.remembered()
    found = scales.moves(scale, days, now, reach.owners(request.user)) if scale else []
    told = [{"move": one, "href": list_of(moved(one, days))} for one in found[:MOST_MOVES]]
    context = {"moves": told, "days": days, "periods": PERIODS, "total": sum(one.people for one in found)}
    return page(request, "segments/moves.html", context, fragment="moves")


def moved(move: Move, days: int) -> Rule:
    """Whoever moved like that."""
    then = InGroup(move.before.key, days) if move.before else Not(bought(days))
    return Every((InGroup(move.after.key) if move.after else Not(BOUGHT), then))


def rule_of(places: Collection[Place]) -> Rule:
    """Whoever is in one of these cells: said by groups where all their cells are there, else by scores."""
    whole = [group for group in scales.GROUPS if group.cells <= set(places)]
    covered = {place for group in whole for place in group.cells}
    rest = sorted(set(places) - covered, reverse=True)
    parts: list[Rule] = [InGroup(group.key) for group in whole]
    parts += [Every((Score("recency", "exactly", r), Score("frequency", "exactly", f))) for r, f in rest]
    return parts[0] if len(parts) == 1 else Some(tuple(parts))


def _places(given: Iterable[str]) -> set[Place]:
    """The cells that are named; what names none is passed over."""
    known = {f"{r}-{f}": (r, f) for r in range(1, BEST + 1) for f in range(1, BEST + 1)}
    return {known[one] for one in given if one in known}


def _shown(cell: Cell, people: int, places: Collection[Place]) -> dict[str, Any]:
    place = (cell.recency, cell.frequency)
    share = cell.people / people if people else 0.0
    return {"cell": cell, "share": share, "spent": cell.spent / 100, "is_chosen": place in places}


def _groups(found: list[Cell], people: int, places: Collection[Place]) -> list[dict[str, Any]]:
    """Each group with its people, what they spent, and the cells that choose it."""
    return [
        {
            **_sums([cell for cell in found if cell.group is group], people),
            "group": group,
            "query": _query(group),
            "is_chosen": group.cells == set(places),
        }
        for group in scales.GROUPS
    ]


def _query(group: Group) -> str:
    return "&".join(f"cell={r}-{f}" for r, f in sorted(group.cells, reverse=True))


def _chosen(request: StaffRequest, cells: list[Cell], people: int) -> dict[str, Any] | None:
    """Who is chosen: their numbers, where to go on with them, and what their behaviour says beside all buyers."""
    if not cells:
        return None
    rule = rule_of([(cell.recency, cell.frequency) for cell in cells])
    names = list(dict.fromkeys(str(cell.group.name) for cell in cells))
    asked = asked_for(request, rule, BOUGHT)
    return {
        **_sums(cells, people),
        "names": names,
        "cells": len(cells),
        "href": list_of(rule),
        "new": new_of(rule, name=", ".join(names)[:120]),
        "portrait": address(asked),
        "behaviour": address(asked, BEHAVIOUR) if BEHAVIOUR in portraits.late() else "",
    }


def _sums(cells: list[Cell], people: int) -> dict[str, Any]:
    size, spent = sum(cell.people for cell in cells), sum(cell.spent for cell in cells) / 100
    share, each = size / people if people else 0.0, spent / size if size else 0.0
    return {"size": size, "share": share, "spent": spent, "each": each}
