"""The map of buyers: how recently and how often, in 25 cells that have names."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from relacja.segments import rules, scales
from relacja.segments.rules import Every
from relacja.segments.scales import BEST, Cell
from relacja.segments.views.checking import list_of, new_of
from relacja.staff import access, reach
from relacja.staff.http import StaffRequest
from relacja.ui.pages import page


@access.allow("segments.view")
@require_GET
def buyers(request: StaffRequest) -> HttpResponse:
    now, scale = timezone.now(), scales.remembered()
    found = scales.cells(scale, now, reach.owners(request.user)) if scale else []
    people = sum(cell.people for cell in found)
    context = {
        "scale": scale,
        "people": people,
        "rows": [[_shown(cell, people) for cell in found if cell.recency == r] for r in range(BEST, 0, -1)],
        "groups": _groups(found, people),
        "may_edit": request.user.may("segments.edit"),
        "now": now,
    }
    return page(request, "segments/buyers.html", context)


def _shown(cell: Cell, people: int) -> dict[str, Any]:
    scores = (("recency", cell.recency), ("frequency", cell.frequency))
    rule = rules.read({"all": [{"kind": "rfm", "score": name, "op": "exactly", "value": of} for name, of in scores]})
    share = cell.people / people if people else 0.0
    return {"cell": cell, "share": share, "spent": cell.spent / 100, "href": list_of(rule)}


def _groups(found: list[Cell], people: int) -> list[dict[str, Any]]:
    """Each group with its people, what they spent, their list, and where a segment of them is begun."""
    told = []
    for group in scales.GROUPS:
        cells = [cell for cell in found if cell.group is group]
        rule = Every((rules.read({"kind": "rfm_group", "group": group.key}),))
        size = sum(cell.people for cell in cells)
        told.append(
            {
                "group": group,
                "size": size,
                "share": size / people if people else 0.0,
                "spent": sum(cell.spent for cell in cells) / 100,
                "href": list_of(rule),
                "new": new_of(rule, name=str(group.name)),
            }
        )
    return told
