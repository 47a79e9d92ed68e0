"""Bodies of requests as they come from strangers: packed, too big, and only almost JSON."""

import json
import zlib

from relacja.web.refusals import Reason, Unfit

BODY_LIMIT = 500 * 1024
GZIP = b"\x1f\x8b"


def unpacked(body: bytes, encoding: str) -> bytes:
    """The plain body. A bomb is stopped where it passes BODY_LIMIT, so it costs no more than an honest body."""
    if encoding.strip().lower() not in {"", "identity", "gzip", "x-gzip"}:
        raise Unfit(Reason.BAD_ENCODING, encoding[:40])
    # Proxies unpack a body and leave the header, or drop the header: the first two bytes do not lie (RFC 1952, 2.3.1).
    plain = _gunzipped(body) if body.startswith(GZIP) else body
    if len(plain) > BODY_LIMIT:
        raise Unfit(Reason.BATCH_TOO_BIG, f"> {BODY_LIMIT}")
    return plain


def _gunzipped(body: bytes) -> bytes:
    """At most one byte more than BODY_LIMIT, of one or several gzip members."""
    plain = b""
    while body and len(plain) <= BODY_LIMIT:
        member = zlib.decompressobj(wbits=31)
        try:
            plain += member.decompress(body, BODY_LIMIT + 1 - len(plain))
        except zlib.error:
            raise Unfit(Reason.BAD_ENCODING, "gzip") from None
        if not member.eof and len(plain) <= BODY_LIMIT:
            raise Unfit(Reason.BAD_ENCODING, "gzip")
        body = member.unused_data
    return plain


def mended(body: bytes) -> bytes:
    """The same JSON as a browser would have written it.

    NaN and infinities become null, halves of a character U+FFFD, whole numbers past 64 bits text (no store holds them).
    Python clients write NaN, JavaScript ones cut emoji in two; only such input pays for this second reading.
    """
    try:
        value = json.loads(
            body.decode(), parse_constant=lambda _word: None, parse_int=_whole_number, parse_float=_fraction
        )
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except UnicodeDecodeError:
        raise Unfit(Reason.BAD_TEXT, "UTF-8") from None
    except RecursionError:
        raise Unfit(Reason.TOO_DEEP) from None
    except ValueError:
        raise Unfit(Reason.BAD_JSON) from None
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _whole_number(digits: str) -> int | str:
    # Twenty characters hold every 64-bit number; Python refuses to read thousands of digits.
    if len(digits) > 20:
        return digits
    number = int(digits)
    return number if -(2**63) <= number < 2**64 else digits


def _fraction(digits: str) -> float | None:
    number = float(digits)
    return None if number in {float("inf"), float("-inf")} else number
