"""From a template's words to a whole letter: values looked up, words filled in, laid out, links signed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from relacja.messaging import links, liquids, merge_fields
from relacja.messaging.models import Kind, Message, TemplateVersion

_SPACE = re.compile(r"[^\S\n\xa0]+")


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter is made from, in one language."""

    subject: str
    preheader: str
    body: str
    text: str
    language: str
    is_marketing: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as its reader gets it."""

    subject: str
    html: str
    text: str


def write(messages: Sequence[Message], *, now: datetime) -> dict[int, Letter | liquids.Unreadable]:
    """The letters of some messages, or why one cannot be written. Look-ups are shared; links are stored."""
    readers = [merge_fields.Reader(message.contact_id, message.context, now) for message in messages]
    drafts: dict[int, Letter | liquids.Unreadable] = {}
    versions = {message.version for message in messages if message.version is not None}
    texts = " ".join(part for one in versions for part in (one.subject, one.preheader, one.body, one.text))
    for message, values in zip(messages, merge_fields.values_for(readers, texts=texts), strict=True):
        if message.version is None:
            raise ValueError("a message without a version is refused when it is queued")
        values["links"] = _links(message.pk)
        try:
            drafts[message.pk] = compose(words_of(message.version, kind=message.kind), values)
        except liquids.Unreadable as error:
            drafts[message.pk] = error
    written = {number: draft for number, draft in drafts.items() if isinstance(draft, Letter)}
    known = links.stored(address for letter in written.values() for address in links.targets(letter.html))
    for number, letter in written.items():
        drafts[number] = Letter(letter.subject, links.rewritten(letter.html, number, known), letter.text)
    return drafts


def preview(words: Words, *, contact_id: int, now: datetime, context: Mapping[str, Any] | None = None) -> Letter:
    """The letter as one contact would get it, with samples for what they do not have and links that lead nowhere."""
    reader = merge_fields.Reader(contact_id, context or {}, now)
    texts = f"{words.subject} {words.preheader} {words.body} {words.text}"
    (values,) = merge_fields.values_for([reader], texts=texts, preview=True)
    values["links"] = {"unsubscribe": "#", "preferences": "#"}
    values.setdefault("confirm", {"url": "#", "text": "…"})
    return compose(words, values, is_preview=True)


def compose(words: Words, values: Mapping[str, Any], *, is_preview: bool = False) -> Letter:
    """Fill in the words and lay them out; a preview shows the subject above the letter. Raises `Unreadable`."""
    language = words.language

    def line(text: str) -> str:
        return " ".join(liquids.filled(text, values, language=language, html=False).split())

    body = liquids.filled(words.body, values, language=language, html=True)
    text = liquids.filled(words.text, values, language=language, html=False) if words.text else in_plain_text(body)
    subject = line(words.subject)[:250]
    around = {
        "subject": subject,
        "preheader": line(words.preheader),
        "body": body,
        "text": text.strip(),
        "links": values["links"],
        "company_name": settings.COMPANY_NAME,
        "is_marketing": words.is_marketing,
        "language": language,
        "is_preview": is_preview,
    }
    with translation.override(language):
        return Letter(
            subject,
            render_to_string("messaging/mail/layout.html", around),
            render_to_string("messaging/mail/layout.txt", around).strip() + "\n",
        )


def words_of(version: TemplateVersion, *, kind: str) -> Words:
    return Words(
        version.subject, version.preheader, version.body, version.text, version.language, kind == Kind.MARKETING
    )


def in_plain_text(html: str) -> str:
    """What a piece of HTML says, for those who read mail as text; links stand behind their words."""
    reader = _PlainText()
    reader.feed(html)
    reader.close()
    lines = (_SPACE.sub(" ", line).strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _links(message_id: int) -> dict[str, str]:
    return {
        "unsubscribe": links.url(links.UNSUBSCRIBE, message_id),
        "preferences": links.url(links.PREFERENCES, message_id),
    }


class _PlainText(HTMLParser):
    _BREAKS = frozenset({"p", "div", "br", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "hr", "blockquote"})
    _HIDDEN = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0
        self._href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in self._HIDDEN
        if tag in self._BREAKS:
            self.parts.append("\n\n" if tag in {"p", "h1", "h2", "h3"} else "\n")
        if tag == "li":
            self.parts.append("\n- ")
        if tag == "a":
            self._href = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in self._HIDDEN and self._hidden > 0
        if tag in self._BREAKS - {"br", "hr"}:
            self.parts.append("\n\n" if tag in {"p", "h1", "h2", "h3"} else "\n")
        if tag == "td":
            self.parts.append("  ")
        if tag == "a" and links.is_web(self._href):
            self.parts.append(f" ({self._href})")
            self._href = ""

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data.replace("\n", " "))
