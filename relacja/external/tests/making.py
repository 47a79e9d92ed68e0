"""Tables of others as tests want them."""

import io
from datetime import datetime

from relacja.contacts import actions as contacts
from relacja.contacts import rules as values
from relacja.contacts.models import Contact
from relacja.external import actions, faults, matching, queries, sources, tasks
from relacja.external.models import Column, Refresh, Source
from relacja.jobs.models import Job

LOYALTY = """email,points,tier,since,vip
anna@zolc.example,120,gold,2026-10-20,tak
jan@zuk.example,"99,5",silver,2026-03-29,nie
nobody@nowhere.example,5,bronze,2026-01-01,nie
"""
KINDS = {"points": "number", "tier": "choice", "since": "date", "vip": "yes_no"}


def make_contact(now: datetime, email: str = "anna@zolc.example", **fields: str) -> Contact:
    given = {"first_name": "Anna", "last_name": "Żółć", "email": email, **fields}
    return contacts.create(values=values.values(given), now=now)


def make_draft(text: str | bytes = LOYALTY, *, now: datetime, name: str = "loyalty.csv") -> Source:
    whole = text.encode() if isinstance(text, str) else text
    return actions.upload(file=io.BytesIO(whole), name=name, size=len(whole), now=now)


def make_source(
    text: str | bytes = LOYALTY,
    *,
    now: datetime,
    kinds: dict[str, str] | None = None,
    by: tuple[matching.By, ...] = (matching.By("email", "email"),),
    name: str = "Loyalty",
) -> Source:
    """A source in use, read for the first time."""
    source = make_draft(text, now=now)
    wanted = [actions.Wanted(heading, kind, {"pl": heading}) for heading, kind in (kinds or KINDS).items()]
    actions.choose(source, names={"pl": name, "en": ""}, identities=by, columns=wanted, now=now)
    work(actions.put_in_use(source, by=None, now=now))
    source.refresh_from_db()
    return source


def load_again(source: Source, text: str | bytes, *, now: datetime) -> Refresh:
    """Another file, and what became of it."""
    whole = text.encode() if isinstance(text, str) else text
    begun = actions.reload(source, file=io.BytesIO(whole), name="again.csv", size=len(whole), by=None, now=now)
    return work(begun, is_fine=None)


def work(refresh: Refresh, *, is_fine: bool | None = True) -> Refresh:
    """Do the work of a refresh, as a job would."""
    Job.objects.filter(kind="external.refresh").delete()
    try:
        tasks.refresh(refresh_id=refresh.pk)
    finally:
        sources.forget_remembered()
    refresh.refresh_from_db()
    if is_fine:
        assert not refresh.error, refresh.error
    return refresh


def column(source: Source, key: str) -> Column:
    return source.columns.get(key=key)


def held(contact, key="loyalty"):
    found = queries.held([contact.pk]).get(contact.pk, {}).get(key)
    return dict(found.data) if found else None


def codes(refresh: Refresh) -> dict[str, int]:
    return {code: refresh.faults.filter(code=code).count() for code in faults.codes_of(refresh)}
