"""Translations: `compile` makes the .mo files; `check` fails on a message without Polish words."""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent / "relacja"


def catalogues() -> list[Path]:
    return sorted(ROOT.glob("*/locale/pl/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="pl")


def compile_all() -> None:
    for path in catalogues():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))


def used_in(app: Path) -> set[str]:
    """Every message an app asks for, found by gettext's own extractor after Django made the templates readable."""
    from django.utils.translation.template import templatize

    with tempfile.TemporaryDirectory() as folder:
        files = []
        sources = [*app.rglob("*.py"), *app.rglob("*.html"), *app.rglob("*.txt")]
        for number, source in enumerate(s for s in sources if not {"tests", "migrations"} & set(s.parts)):
            text = source.read_text(encoding="utf-8")
            if source.suffix != ".py":
                text = templatize(text, origin=str(source))
            file = Path(folder) / f"{number}.py"
            file.write_text(text, encoding="utf-8")
            files.append(str(file))
        if not files:
            return set()
        out = Path(folder) / "messages.pot"
        keywords = [
            "gettext_noop",
            "gettext_lazy",
            "ngettext_lazy:1,2",
            "pgettext:1c,2",
            "npgettext:1c,2,3",
            "pgettext_lazy:1c,2",
            "npgettext_lazy:1c,2,3",
        ]
        subprocess.run(
            [
                "xgettext",
                "--language=Python",
                "--from-code=UTF-8",
                f"--output={out}",
                "--force-po",
                *[f"--keyword={keyword}" for keyword in keywords],
                *files,
            ],
            check=True,
            capture_output=True,
        )
        text = out.read_text(encoding="utf-8")
        text = text.replace("charset=CHARSET", "charset=UTF-8").replace("nplurals=INTEGER", "nplurals=2")
        return {_key(message) for message in read_po(io.BytesIO(text.encode())) if message.id}


def check() -> int:
    """The number of messages that an app uses and its own Polish catalogue lacks, each printed."""
    missing = 0
    for app in sorted(path for path in ROOT.iterdir() if (path / "__init__.py").exists()):
        po = app / "locale/pl/LC_MESSAGES/django.po"
        known = {_key(m): m for m in read(po) if m.id} if po.exists() else {}
        for key in sorted(used_in(app)):
            message = known.get(key)
            if message is None or message.fuzzy or not _is_translated(message):
                print(f"{app.name}: no Polish words for: {key}")
                missing += 1
    return missing


def _key(message) -> str:
    text = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
    return f"{message.context}|{text}" if message.context else text


def _is_translated(message) -> bool:
    words = message.string
    return all(words) if isinstance(words, (list, tuple)) else bool(words)


if __name__ == "__main__":
    if sys.argv[1:] == ["compile"]:
        compile_all()
    elif sys.argv[1:] == ["check"]:
        import django
        from django.conf import settings

        settings.configure()
        django.setup()
        sys.exit(1 if check() else 0)
    else:
        sys.exit("ops/words.py compile | check")
