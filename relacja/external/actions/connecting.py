"""Databases that external data comes from: connected, tried, let go."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from relacja.external import places, sealing
from relacja.external.models import Connection
from relacja.external.places import Table
from relacja.lib.errors import Refused

FIELDS = ("name", "host", "port", "database", "user", "is_encrypted")


def connect(*, kind: str, password: str, now: datetime, **given: Any) -> Connection:
    """A new connection. Nothing is asked of the database yet."""
    made = Connection(kind=kind, created_at=now, sealed=sealing.seal(password) if password else "")
    return _put(made, given)


def change(connection: Connection, *, password: str, **given: Any) -> Connection:
    """Another address, name or user. The password stays unless a new one is given; for another host or user it has to
    be given again: nobody who does not know it sends it elsewhere."""
    is_elsewhere = any(getattr(connection, name) != given[name] for name in ("host", "port", "user"))
    if password:
        connection.sealed = sealing.seal(password)
    elif is_elsewhere and connection.sealed:
        raise Refused(_("Enter the password again: it is sent to another place now."), field="password")
    return _put(connection, given)


def look(connection: Connection) -> list[Table]:
    """What the database offers. Raises `Unavailable` with the reason when it does not answer."""
    return places.database[connection.kind](connection).tables()


def disconnect(connection: Connection) -> None:
    """The connection and its password are gone. Refused while a source reads through it."""
    used = [str(source) for source in connection.sources.all()[:5]]
    if used:
        sentence = _("Sources read through this connection: {names}. Remove them first.")
        raise Refused(sentence.format(names=", ".join(used)))
    connection.delete()


def _put(connection: Connection, given: dict[str, Any]) -> Connection:
    for name in FIELDS:
        setattr(connection, name, given[name])
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError as error:
        raise Refused(_("There is a connection of this name already."), field="name") from error
    return connection
