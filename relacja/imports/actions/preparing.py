"""Taking in a file, and saying what its columns hold."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import BinaryIO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import fields
from relacja.contacts.models import ConsentText, Record
from relacja.imports import headings, mending, queries, reading, unifying
from relacja.imports.meaning import COMPANY, CONTACT, FILL, OF_FIRM, Options
from relacja.imports.models import Block, Import, Refusal, State, Usual
from relacja.imports.reading import Format
from relacja.lib import disk
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned
from relacja.staff.models import Author, User

LARGEST = 500_000_000
SAMPLED = 200
DISK_FULL = gettext_lazy("The disk of the server is full. Nothing was loaded: make room there and load the file again.")


def receive(*, file: BinaryIO, name: str, size: int, by: Author | None, now: datetime) -> Import:
    """A new import of this file, kept byte for byte; its columns are guessed. Raises `Unreadable`."""
    if size > LARGEST:
        raise Refused(_("This file is larger than 500 MB. Split it and load the parts one after another."))
    asked, is_doubtful = reading.found_out(file)
    name = cleaned(name).replace("\n", " ")[-200:] or "?"
    made = Import(name=name, size=size, format=asked.as_dict(), is_doubtful=is_doubtful, at=now)
    made.by, made.api_key = (by, None) if isinstance(by, User) else (None, by)
    _guess(made, file, asked)
    made.file.name = _kept(file, f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}-{queries.kind_of(asked)}")
    made.save()
    return made


def _kept(file: BinaryIO, name: str) -> str:
    """Where the file is kept from now on. When the disk has no room for it nothing of it stays."""
    file.seek(0)
    path = f"imports/{name}"
    try:
        return default_storage.save(path, File(file))
    except OSError as error:
        default_storage.delete(path)
        if not disk.is_full(error):
            raise
        raise Refused(str(DISK_FULL)) from error


def reread(one: Import, asked: Format, *, of: str = "") -> None:
    """Read the file another way, or as one of people or of companies: other guesses may come of it."""
    _refuse_unless_prepared(one)
    with one.file.open("rb") as stored:
        _guess(one, stored.file, asked, of=of or queries.options_of(one).of)
    one.format, one.is_doubtful = asked.as_dict(), False
    one.forecast, one.state = None, State.DRAFT
    one.save(update_fields=["format", "headings", "columns", "options", "is_doubtful", "forecast", "state"])


@transaction.atomic
def choose(one: Import, *, columns: Sequence[dict[str, str]], options: Options, now: datetime) -> None:
    """Settle what every column holds and how the file is meant; files with the same headings begin so from now on."""
    _refuse_unless_prepared(one)
    targets = [column["target"] for column in columns if column["target"]]
    if options.of == COMPANY:
        _refuse_nameless_companies(targets)
    elif not set(targets) & {"email", "phone", "external", "first_name", "last_name", "full_name"}:
        raise Refused(_("Say which column names the people: an e-mail, a phone, a number or a name."))
    if "consent" in targets and (options.consent_text is None or not options.consent_source.strip()):
        raise Refused(
            _("A consent needs the words that were agreed to and where this happened. Fill in both, or leave it out."),
            field="consent_source",
        )
    if options.consent_text is not None and not ConsentText.objects.filter(pk=options.consent_text).exists():
        raise Refused(_("These words are not among those we know."), field="consent_text")
    one.columns, one.options = [dict(column) for column in columns], asdict(options)
    one.forecast, one.state = None, State.DRAFT
    one.save(update_fields=["columns", "options", "forecast", "state"])
    Usual.objects.update_or_create(
        digest=headings.digest(one.headings),
        defaults={"columns": one.columns, "options": one.options, "used_at": now},
    )


def _refuse_nameless_companies(targets: Sequence[str]) -> None:
    if not set(targets) & {"company", f"{OF_FIRM}vat_id"}:
        raise Refused(_("Say which column names the companies: a name or a VAT id."))
    if any(target != "company" and not target.startswith(OF_FIRM) for target in targets):
        raise Refused(_("This file is of companies. Leave out what is about people, or load it as a file of people."))


def remove(one: Import) -> None:
    """Forget an import and its file. What it brought stays; only one that is not at work can go."""
    if one.is_at_work:
        raise Refused(_("This import is at work. Stop it first."))
    one.file.delete(save=False)
    one.delete()


def forget_rows(*, before: datetime) -> int:
    """Let go of the files and rows of imports from before that moment; what they did stays. Returns how many."""
    at_work = [State.CHECKING, State.RUNNING, State.UNDOING]
    old = list(Import.objects.filter(at__lt=before).exclude(file="").exclude(state__in=at_work))
    for one in old:
        Block.objects.filter(of=one).delete()
        Refusal.objects.filter(of=one).delete()
        one.file.delete(save=False)
        one.forecast, one.kept = None, {}
        one.state = State.STOPPED if one.state in {State.PAUSED, State.FAILED} else one.state
        one.save(update_fields=["file", "forecast", "kept", "state"])
    return len(old)


def _guess(one: Import, file: BinaryIO, asked: Format, *, of: str = "") -> None:
    start = reading.beginning(file, asked, count=SAMPLED)
    one.headings = [mending.sound(heading) for heading in start.headings]
    usual = Usual.objects.filter(pk=headings.digest(one.headings)).first()
    if usual is not None and of in {"", usual.options.get("of", CONTACT)} and len(usual.columns) == len(one.headings):
        one.columns, one.options = usual.columns, usual.options
        return
    samples = [
        [row.cells[number] for row in start.rows if row.fault is None and number < len(row.cells)]
        for number in range(len(one.headings))
    ]
    own = {known.path: (str(known.label), known.key) for known in fields.own(Record.CONTACT)}
    targets = headings.guess(one.headings, samples, known=own)
    if of == COMPANY or (not of and asked.kind != "vcard" and headings.are_companies(targets)):
        of = COMPANY
        theirs = {f"{OF_FIRM}{known.path}": (str(known.label), known.key) for known in fields.own(Record.COMPANY)}
        targets = headings.guess_of_companies(one.headings, samples, known=theirs)
    one.columns = [{"target": target, "policy": FILL} for target in targets]
    day_first = _day_first(targets, samples)
    one.options = asdict(Options(of=of or CONTACT, system=headings.system(one.headings), day_first=day_first))


def _day_first(targets: Sequence[str], samples: Sequence[list[str]]) -> bool:
    dates = [values for target, values in zip(targets, samples, strict=True) if target == "consent_at"]
    return False not in map(unifying.day_first, dates)


def _refuse_unless_prepared(one: Import) -> None:
    if one.state not in {State.DRAFT, State.CHECKED}:
        raise Refused(_("This import has begun. Its columns cannot be changed any more."))
