"""`python -m bench.prepare CONTACTS EVENTS`: fill the base in RELACJA_HOME and leave the keys to it in keys.json.

A base that is there already is kept: filling a million contacts takes minutes, and it is the same every time.
"""

import json
import os
import sys
from importlib import import_module
from pathlib import Path


def main(contacts: int, events: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relacja.config.settings")
    import django

    django.setup()
    from django.conf import settings

    keys = Path(settings.HOME) / "keys.json"
    if keys.exists():
        return
    from bench import data
    from relacja.config import upgrades

    upgrades.bring_up_to_date()
    data.fill(Path(settings.DATABASES["default"]["NAME"]), contacts=contacts, events=events)
    keys.write_text(json.dumps(_keys(settings.SESSION_ENGINE)), encoding="utf-8")


def _keys(session_engine: str) -> dict[str, str]:
    """A session of an administrator, the key of a program, and the key of a source."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from relacja.staff import access
    from relacja.staff.models import ApiKey, User
    from relacja.web import actions as web

    now = timezone.now()
    user = User.objects.create_user("bench@firma.example", None, role=access.Role.ADMINISTRATOR, name="Bench")
    session = import_module(session_engine).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    scopes = [permission.code for permission in access.permissions()]
    return {
        "session": session.session_key,
        "api_key": ApiKey.issue(name="bench", scopes=scopes, now=now)[1],
        "source": web.add_source(name="bench-live", kind="server", now=now).key,
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
