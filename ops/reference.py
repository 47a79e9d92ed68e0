"""Write docs/reference/events.md, segment-rules.md, channels.md and settings.md from what the program declares."""

import os
from pathlib import Path

import django
from django.utils import translation

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relacja.config.settings")
    django.setup()
    with translation.override("en"):
        (REFERENCE / "events.md").write_text(events(), encoding="utf-8")
        (REFERENCE / "segment-rules.md").write_text(segment_rules(), encoding="utf-8")
        (REFERENCE / "channels.md").write_text(channels(), encoding="utf-8")
        (REFERENCE / "settings.md").write_text(settings(), encoding="utf-8")


def events() -> str:
    """A heading for every declared event."""
    from relacja.events import vocabulary

    parts = ["# Events\n\nMade by `python ops/reference.py` from the vocabulary of each app.\n"]
    for name in vocabulary.names():
        properties = "".join(f"- `{key}`: {label}\n" for key, label in name.properties.items())
        parts.append(
            f"## {name.name}\n\n{name.label}. On the timeline: “{name.sentence}”.\n"
            + (properties and f"\n{properties}")
        )
    return "\n".join(parts)


def segment_rules() -> str:
    """A heading for every kind of condition on people; those on companies beneath."""
    from relacja.contacts.models import Record
    from relacja.segments import rules

    def said(mark: str, of: Record) -> list[str]:
        return [
            f"{mark} {kind}\n\n{leaf.label}. Its blanks: {', '.join(f'`{blank.name}`' for blank in leaf.blanks)}.\n"
            for kind, leaf in sorted(rules.kinds(of).items())
        ]

    head = "# Segment rules\n\nMade by `python ops/reference.py`. A rule is `all`, `any` or `not` over conditions.\n"
    firms = (
        "# Rules of lists of companies\n\nThe same over conditions on companies; `people` holds a rule about somebody"
        " who works there.\n"
    )
    return "\n".join([head, *said("##", Record.CONTACT), firms, *said("###", Record.COMPANY)])


def channels() -> str:
    """A heading for every channel."""
    from relacja.messaging import channels as registry

    parts = ["# Channels\n\nMade by `python ops/reference.py`. A channel is one file in `messaging/channels`.\n"]
    parts += [f"## {kind}\n\n{registry.of(kind).label}.\n" for kind in sorted(registry.kinds())]
    return "\n".join(parts)


def settings() -> str:
    """A heading for everything the environment may say."""
    from relacja.lib import env

    parts = [
        "# Settings\n\nMade by `python ops/reference.py`. All of them come from the environment and none has to be set."
        " A value may also lie in a file: `NAME_FILE` names it. A wrong value is refused at the start, in a sentence.\n"
    ]
    parts += [
        f"## {setting.name}\n\n{setting.about}\n\n"
        f"- Kind: {setting.kind}\n- Without it: {setting.default or 'nothing'}\n"
        for setting in env.settings()
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    main()
