"""`relacja`: the installation from the command line, for people and for scripts (`--json`)."""

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click
from django.utils.translation import gettext as _

LOWEST_PYTHON = (3, 11)
ROLES = ["administrator", "manager", "marketing", "sales", "service", "viewer"]


def main() -> NoReturn:
    """Run a command. A refusal is one line on the error output and exit code 1, never a traceback."""
    if sys.version_info < LOWEST_PYTHON:
        sys.exit("Relacja needs Python 3.11 or newer.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relacja.config.settings")
    from relacja.lib.errors import Refused, Unavailable

    _tell_the_port(sys.argv)
    try:
        _start_django()
        commands(standalone_mode=False)
    except (Refused, Unavailable) as error:
        _stop(str(error))
    except click.Abort:
        _stop("")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except OSError as error:
        _stop(f"{error.strerror}: {error.filename or ''}")
    except Exception as error:
        if (sentence := _of_the_database(error)) is None:
            raise
        _stop(sentence)
    sys.exit(0)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Relacja: one record of each customer, one stream of what happens to them."""


def _listening(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")(command)
    return click.option(
        "--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535), help="Port."
    )(command)


as_json = click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")


@commands.command()
@_listening
@click.option("--demo", type=click.Choice(["yes", "no", "ask"]), default="no", envvar="DEMO", help="Demo data.")
def serve(host: str, port: int, demo: str) -> None:
    """Run everything in one process."""
    from relacja.config import first_run, processes

    processes.serve(host=host, port=port, prepare=partial(first_run.prepare, demo=demo, host=host, port=port))


@commands.command()
@_listening
def web(host: str, port: int) -> None:
    """Answer requests only (scaled mode)."""
    from relacja.config import processes

    processes.web(host=host, port=port)


@commands.command()
def worker() -> None:
    """Do the work only (scaled mode)."""
    from relacja.config import processes

    processes.worker()


@commands.command()
@as_json
def migrate(as_json: bool) -> None:
    """Bring the records up to date, with a backup taken first."""
    from relacja.config import upgrades

    waiting = upgrades.pending_safely()
    upgrades.bring_up_to_date()
    said = _("Migrations applied: {number}.").format(number=len(waiting)) if waiting else _("Up to date.")
    _say(as_json, {"applied": waiting}, said)


@commands.group()
def source() -> None:
    """Sources of events: sites, shops and servers that report to the collector."""


@source.command("add")
@click.argument("name")
@click.option("--kind", type=click.Choice(["server", "browser"]), default="server", show_default=True)
@as_json
def source_add(name: str, kind: str, as_json: bool) -> None:
    """Add a source and print its write key."""
    from django.utils import timezone

    from relacja.web import actions

    made = actions.add_source(name=name, kind=kind, now=timezone.now())
    _say(as_json, {"name": made.name, "kind": made.kind, "write_key": made.key}, made.key)


@commands.group()
def user() -> None:
    """People who work here."""


@user.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--name", default="")
@as_json
def user_add(email: str, role: str, name: str, as_json: bool) -> None:
    """Add somebody and print their one-time password."""
    from django.utils import timezone

    from relacja.staff import actions

    person, password = actions.invite(email=email, name=name, role=role, language="pl", now=timezone.now())
    _say(as_json, {"email": person.email, "role": person.role, "password": password}, password)


@commands.group("api-key")
def api_key() -> None:
    """Keys of programs."""


@api_key.command("add")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help="A permission code; may be repeated.")
@as_json
def api_key_add(name: str, scopes: tuple[str, ...], as_json: bool) -> None:
    """Add a key and print it, this once."""
    from django.utils import timezone

    from relacja.lib.errors import Refused
    from relacja.staff import access
    from relacja.staff.models import ApiKey

    known = [permission.code for permission in access.permissions()]
    if unknown := sorted(set(scopes) - set(known)):
        raise Refused(
            _("There is no scope {unknown}. Choose among: {known}.").format(
                unknown=", ".join(unknown), known=", ".join(known)
            )
        )
    if ApiKey.objects.filter(name=name).exists():
        raise Refused(_("There is a key called “{name}” already. Choose another name.").format(name=name))
    key, text = ApiKey.issue(name=name, scopes=list(scopes), now=timezone.now())
    _say(as_json, {"name": key.name, "scopes": key.scopes, "key": text}, text)


@commands.group()
def demo() -> None:
    """Demo data."""


@demo.command("load")
@click.option("--contacts", default=2_000, show_default=True, type=click.IntRange(1, 100_000))
@as_json
def demo_load(contacts: int, as_json: bool) -> None:
    """Add 2,000 customers with a year of history."""
    from django.utils import timezone

    from relacja.demo import actions

    loaded = actions.load(now=timezone.now(), contacts=contacts)
    _say(as_json, {"contacts": loaded}, _("Customers loaded: {number}.").format(number=loaded))


@demo.command("remove")
@as_json
def demo_remove(as_json: bool) -> None:
    """Remove demo data and nothing else."""
    from relacja.demo import actions, tasks

    done = _with_facts(actions.remove, tasks.remove)
    _say(
        as_json,
        {"removed": done},
        _("Demo data is removed.") if done else _("The running server removes the demo data."),
    )


@commands.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--run", "is_run", is_flag=True, help="Import, and not only say what would happen.")
@as_json
def import_file(file: Path, is_run: bool, as_json: bool) -> None:
    """Say what importing contacts from FILE would do, with columns told by their headings; or do it."""
    from django.utils import timezone

    from relacja.imports import actions

    now = timezone.now()
    with file.open("rb") as opened:
        one = actions.receive(file=opened, name=file.name, size=file.stat().st_size, by=None, now=now)
    told = actions.import_at_once(one, is_run=is_run, now=now)
    numbers = {"created": one.created, "updated": one.updated, "unchanged": one.unchanged, "refused": one.refused}
    numbers = numbers if is_run else {name: told[name] for name in numbers}
    sentence = ", ".join(f"{name} {number}" for name, number in numbers.items())
    _say(
        as_json,
        {"import": one.pk, "ran": is_run, **numbers},
        f"{'Imported' if is_run else 'Would import'}: {sentence}.",
    )


@commands.command("rebuild-facts")
@as_json
def rebuild_facts(as_json: bool) -> None:
    """Build the store of facts anew from the records and the archive."""
    from relacja.config import upkeep

    done = _with_facts(upkeep.rebuild, upkeep.rebuild_facts)
    _say(
        as_json, {"rebuilt": done}, _("The facts are rebuilt.") if done else _("The running server rebuilds the facts.")
    )


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@as_json
def backup(folder: Path, as_json: bool) -> None:
    """Copy everything that cannot be rebuilt into a new folder inside FOLDER. The server may run."""
    from django.utils import timezone

    from relacja.config import copies

    made = copies.backup(folder.resolve(), now=timezone.now())
    _say(as_json, {"backup": str(made)}, str(made))


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@as_json
def restore(folder: Path, as_json: bool) -> None:
    """Put a backup in the place of what is here. Sending stays off until somebody turns it on."""
    from relacja.config import copies, upgrades, upkeep

    manifest = copies.restore(folder.resolve())
    upgrades.bring_up_to_date()
    upkeep.hold_sending()
    upkeep.rebuild()
    _say(as_json, manifest, _("Restored the backup of {moment}.").format(moment=manifest["made_at"]))


@commands.command()
@as_json
def check(as_json: bool) -> None:
    """Say what is wrong with this installation and how to mend it."""
    from relacja.config import checks

    findings = checks.findings()
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(finding.line())
    if any(finding.level == "error" for finding in findings):
        sys.exit(1)


def _tell_the_port(arguments: list[str]) -> None:
    """Settings make addresses from PORT, and are read before the options are."""
    for position, argument in enumerate(arguments):
        if argument.startswith("--port="):
            os.environ["PORT"] = argument.removeprefix("--port=")
        elif argument == "--port" and position + 1 < len(arguments):
            os.environ["PORT"] = arguments[position + 1]


def _start_django() -> None:
    import django

    django.setup()
    from django.utils import translation

    from relacja.lib import terminal

    translation.activate(terminal.language())


def _with_facts(now_here: Callable[[], Any], later_there: Callable[..., None]) -> bool:
    """Do it here if the facts are free; else leave it to the server that holds them. True when done here."""
    from django.db import transaction

    from relacja.clickhouse import facts
    from relacja.jobs.work import later

    try:
        facts.command("SELECT 1")
    except facts.Occupied:
        with transaction.atomic():
            later(later_there)
        return False
    now_here()
    return True


def _say(as_json: bool, found: dict[str, Any], sentence: str) -> None:
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else sentence)


def _of_the_database(error: Exception) -> str | None:
    from django.db import DatabaseError

    if not isinstance(error, DatabaseError):
        return None
    text = str(error).strip().split("\n")[0]
    if "no such table" in text or "does not exist" in text:
        return _("The records are not set up yet ({reason}). Run: relacja migrate").format(reason=text)
    return _("The database of records does not answer: {reason}. Check DATABASE_URL.").format(reason=text)


def _stop(sentence: str) -> NoReturn:
    if sentence:
        click.echo(sentence, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
