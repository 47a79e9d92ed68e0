"""Attaching files to contacts and companies, and taking them away."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import contents, merging, shelf
from relacja.contacts.models import Company, Contact, Document, Record
from relacja.lib import live
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded
from relacja.staff import changes
from relacja.staff.changes import Recorder, one_set
from relacja.staff.models import User

DOCUMENT = "document"
MOST = 1_000
KEPT_FOR = timedelta(days=30)
AT_ONCE = 500


def attach(
    record: Contact | Company,
    files: "Collection[UploadedFile[Any]]",
    *,
    by: User,
    now: datetime,
    into: Recorder | None = None,
) -> list[Document]:
    """The files belong to the contact or the company: all of them, or none when one is refused."""
    if not files:
        raise Refused(_("Choose a file first."))
    if record.archived_at is not None:
        raise Refused(_("This record is archived. Take it back first."))
    whose = {"contact": record} if isinstance(record, Contact) else {"company": record}
    if Document.objects.there().filter(**whose).count() + len(files) > MOST:
        raise Refused(_("Nobody has more than {most} documents. Remove some first.").format(most=MOST))
    checked = [(file, *_checked(file)) for file in files]
    rows = []
    for file, name, kind in checked:
        kept = shelf.put(file.chunks())
        rows.append(
            Document(
                **whose,
                name=name,
                name_key=folded(name)[:200],
                digest=kept.digest,
                size=kept.size,
                media_type=kind,
                added_at=now,
                added_by=by,
            )
        )
    with one_set("documents.added", by=by, source="staff", now=now, into=into) as made, transaction.atomic():
        for row in rows:
            row.save()
            made.note(DOCUMENT, row.pk, before=None, after={"name": row.name})
    _tell(record)
    return rows


@transaction.atomic
def remove_document(document: Document, *, by: User, now: datetime, into: Recorder | None = None) -> None:
    """Put a document in the trash; for 30 days it can be taken back."""
    with one_set("documents.removed", by=by, source="staff", now=now, into=into) as made:
        if Document.objects.there().filter(pk=document.pk).update(trashed_at=now):
            made.note(DOCUMENT, document.pk, before={"name": document.name}, after=None)
    _tell(document.record)


def forget_removed(*, now: datetime) -> int:
    """Delete for good what has been in the trash for 30 days, and what nobody speaks of. Returns how many files."""
    old = Document.objects.filter(trashed_at__lt=now - KEPT_FOR)
    while rows := list(old.values_list("pk", "digest")[:AT_ONCE]):
        _delete([pk for pk, _digest in rows], [digest for _pk, digest in rows])
    return shelf.sweep(now=now)


def forget_documents_of(record_ids: Collection[int], of: Record = Record.CONTACT) -> None:
    """Nothing that belonged to these records is left, neither rows nor files. Safe to run twice."""
    ids = sorted(record_ids)
    for start in range(0, len(ids), AT_ONCE):
        found = Document.objects.filter(**{f"{of}__in": ids[start : start + AT_ONCE]})
        while rows := list(found.values_list("pk", "digest")[:AT_ONCE]):
            _delete([pk for pk, _digest in rows], [digest for _pk, digest in rows])


def _delete(ids: list[int], digests: list[str]) -> None:
    changes.forget(DOCUMENT, ids)
    Document.objects.filter(pk__in=ids).delete()
    shelf.let_go(digests)


def _checked(file: "UploadedFile[Any]") -> tuple[str, str]:
    """What a file is called and what it is. Raises `Refused`."""
    name = " ".join(cleaned(file.name or "").replace("/", " ").replace("\\", " ").split())
    stem, _dot, ending = name.rpartition(".")
    name = f"{stem[: 199 - len(ending)]}.{ending}" if stem and len(ending) < 20 else name[-200:]
    if (file.size or 0) > settings.DOCUMENT_MEGABYTES * 1_000_000:
        sentence = _("“{name}” is larger than {most} MB.")
        raise Refused(sentence.format(name=name[:80], most=settings.DOCUMENT_MEGABYTES))
    if not file.size:
        raise Refused(_("“{name}” is empty.").format(name=name[:80]))
    return name, contents.media_type(name, file)


def _tell(record: Contact | Company) -> None:
    if isinstance(record, Contact):
        live.publish(f"contact:{record.pk}")


merging.add(merging.Rows("documents", gettext_lazy("Documents"), Document, order=16))
