"""Erasing people from what is kept of tables of others."""

from collections.abc import Collection

from relacja.clickhouse import facts
from relacja.contacts.models import Identity
from relacja.external.models import Fault, Refresh, Source, SourceKind


def forget(contact_ids: Collection[int]) -> None:
    """Nothing of these people is left. A file that somebody loaded and in which they stand goes as a whole: the values
    of others stay, and a new file replaces it. Safe to run twice."""
    ids = sorted(contact_ids)
    if not ids or not Refresh.objects.exists():
        return
    asked = {"ids": ids}
    rows = facts.ask("SELECT DISTINCT generation FROM external_row WHERE contact_id IN {ids:Array(UInt64)}", asked)
    generations = [row["generation"] for row in rows]
    for source in Source.objects.filter(kind=SourceKind.UPLOAD, refreshes__in=generations).exclude(file="").distinct():
        drop_file(source)
    facts.command(
        "ALTER TABLE external_row DELETE WHERE contact_id IN {ids:Array(UInt64)} SETTINGS mutations_sync = 1", asked
    )
    Fault.objects.filter(contact__in=ids).delete()
    named = Identity.objects.filter(contact__in=ids).values_list("value", flat=True)
    Fault.objects.filter(value__in=list(named)).delete()
    gone = set(ids)
    for refresh in Refresh.objects.exclude(examples=[]):
        kept = [one for one in refresh.examples if one["contact"] not in gone]
        if len(kept) < len(refresh.examples):
            Refresh.objects.filter(pk=refresh.pk).update(examples=kept)


def drop_file(source: Source) -> None:
    """The file that was loaded is not kept any more."""
    source.file.delete(save=False)
    Source.objects.filter(pk=source.pk).update(file="")
