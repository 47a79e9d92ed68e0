"""Everything the collector refuses, each with the sentence for the person who has to mend it."""

import msgspec
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """Why something was not taken."""

    BAD_JSON = "bad_json", _("The body is not valid JSON. Send one JSON object, encoded in UTF-8.")
    BAD_ENCODING = "bad_encoding", _("The body cannot be unpacked. Send it plain or packed with gzip.")
    BAD_TEXT = "bad_text", _("The text is not valid UTF-8 or contains a NUL character. Remove it and send again.")
    TOO_BIG = "too_big", _("The event is larger than 32 KB. Send fewer or shorter properties.")
    BATCH_TOO_BIG = "batch_too_big", _("The request is larger than 500 KB. Split it into smaller batches.")
    TOO_MANY = "too_many", _("The batch holds more than 2,500 events. Split it into smaller batches.")
    TOO_DEEP = "too_deep", _("The event is nested more than 64 levels deep. Flatten its properties.")
    NO_KEY = "no_key", _("The request has no write key. Send the key of a source with it.")
    UNKNOWN_KEY = "unknown_key", _("The write key belongs to no source. Copy the key from the list of sources.")
    NO_IDENTITY = "no_identity", _("The event says nobody did it. Send an anonymousId or a userId.")
    BAD_IDENTITY = "bad_identity", _("An id is longer than 255 characters or not a text. Send a shorter one.")
    NO_NAME = "no_name", _("The event has no name. Say what happened in the field “event”.")
    BAD_NAME = "bad_name", _("The name is longer than 200 characters or not plain text. Send a short, plain one.")
    BAD_MESSAGE_ID = (
        "bad_message_id",
        _("The messageId is longer than 100 characters or not a text. Send a shorter one."),
    )
    BAD_TIMESTAMP = (
        "bad_timestamp",
        _("The time cannot be read. Send it as ISO 8601, for example 2026-11-21T19:52:39Z."),
    )
    BAD_TYPE = "bad_type", _("The type of the call is unknown. Send identify, track, page, screen, group or alias.")
    BAD_FIELD = (
        "bad_field",
        _("A field is missing or holds a value of the wrong kind. Send it as the Segment Spec says."),
    )
    BAD_ORIGIN = (
        "bad_origin",
        _("The page that sent it is not on the source's list. Add its address to the source."),
    )
    TOO_FAST = "too_fast", _("More came than this source may send at once. Send it again after a while.")
    RESERVED_NAME = (
        "reserved_name",
        _("Events of this name are made by Relacja alone. Send what happened under another name."),
    )
    TOO_MANY_NAMES = (
        "too_many_names",
        _("There are too many names of events or properties already. Use fewer, and put what varies into values."),
    )
    BUSY = "busy", _("It could not be stored at that moment. Nothing of it was kept; it has to be sent again.")
    BAD_TRAIT = "bad_trait", _("A trait of a person cannot be used. The event was taken, the trait left out.")
    DUPLICATE = "duplicate", _("The same messageId came twice. The event was counted once.")


class Refusal(msgspec.Struct, frozen=True):
    """One message not taken. `detail` is the field, size or value at fault, in no language; `excerpt` its beginning."""

    reason: Reason
    message_id: str = ""
    detail: str = ""
    excerpt: bytes = b""


class Unfit(Exception):
    """A message, or a whole request, cannot be taken. Never leaves `segment.parse`."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
