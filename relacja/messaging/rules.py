"""What holds for every message: the life it may lead, when it may go out, and who is a machine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

GRAPH: Mapping[str, frozenset[str]] = {
    "queued": frozenset({"sending", "refused", "failed"}),
    "sending": frozenset({"sent", "queued", "failed", "unconfirmed"}),
    "unconfirmed": frozenset({"sent", "failed", "queued"}),
    "failed": frozenset({"queued"}),
    "sent": frozenset(),
    "refused": frozenset(),
}
RETRY_FOR = timedelta(hours=48)
ABANDONED_AFTER = timedelta(minutes=15)  # longer than the slowest conversation with a mail server (RFC 5321, 4.5.3.2)
MACHINE_WITHIN = timedelta(seconds=2)
BURST_WITHIN = timedelta(seconds=5)
BURST_LINKS = 3
_SCANNERS = (
    "bot",
    "crawl",
    "spider",
    "scan",
    "preview",
    "barracuda",
    "proofpoint",
    "mimecast",
    "symantec",
    "trendmicro",
    "fortinet",
    "cloudmark",
    "safelinks",
    "curl/",
    "wget/",
    "python-",
    "go-http-client",
    "okhttp",
    "java/",
)


def check_graph() -> None:
    """Every state that can be reached is declared; called once, when this module is read."""
    unknown = {target for targets in GRAPH.values() for target in targets} - set(GRAPH)
    if unknown:
        raise ValueError(f"states without a declaration: {sorted(unknown)}")


check_graph()


def before(state: str) -> list[str]:
    """The states from which a message may pass to `state`."""
    return [source for source, targets in GRAPH.items() if state in targets]


def pause_after(attempts: int) -> timedelta:
    """How long to wait before trying again: 2 minutes, then doubling up to 4 hours."""
    return min(timedelta(minutes=2 * 2 ** min(attempts - 1, 10)), timedelta(hours=4))


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which nobody wants to hear from us, in one zone; they may pass midnight."""

    since: time
    until: time
    zone: ZoneInfo

    def end(self, moment: datetime) -> datetime | None:
        """When the quiet around `moment` ends; None when it is not quiet then."""
        local = moment.astimezone(self.zone)
        clock = local.time()
        passes_midnight = self.since > self.until
        is_quiet = clock >= self.since or clock < self.until if passes_midnight else self.since <= clock < self.until
        if not is_quiet:
            return None
        day = local.date() + timedelta(days=1 if passes_midnight and clock >= self.since else 0)
        return datetime.combine(day, self.until, tzinfo=self.zone).astimezone(UTC)


def quiet(text: str, zone: str) -> Quiet | None:
    """`21:00-08:00` as hours of `zone`; None for `off`. ValueError for anything else."""
    if text == "off":
        return None
    since, until = (time.fromisoformat(part.strip()) for part in text.split("-"))
    return Quiet(since, until, ZoneInfo(zone)) if since != until else None


def machine_reason(
    *, method: str, user_agent: str, purpose: str, since_sent: timedelta | None, recent_links: Iterable[datetime]
) -> str:
    """Why a hit on a link or pixel was a machine's, empty for a person's.

    Apple's mail privacy proxy calls itself exactly `Mozilla/5.0`; `recent_links` are the times at which other links
    of the same message were followed, this one included.
    """
    agent = user_agent.strip().lower()
    if method == "HEAD":
        return "head"
    if "prefetch" in purpose.lower() or "preview" in purpose.lower():
        return "prefetch"
    if not agent or agent == "mozilla/5.0":
        return "proxy"
    if any(name in agent for name in _SCANNERS):
        return "scanner"
    if since_sent is not None and since_sent < MACHINE_WITHIN:
        return "too-soon"
    if is_burst(recent_links):
        return "burst"
    return ""


def is_burst(times: Iterable[datetime]) -> bool:
    """Whether several different links were followed faster than a person reads."""
    ordered = sorted(times)
    windows = zip(ordered, ordered[BURST_LINKS - 1 :], strict=False)
    return len(ordered) >= BURST_LINKS and any(last - first <= BURST_WITHIN for first, last in windows)


def cut_ip(address: str) -> str:
    """An address cut to its network: /24 for IPv4, /48 for IPv6. Enough for a proof, too little to follow anybody."""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + "::/48"
    parts = address.split(".")
    return ".".join([*parts[:3], "0"]) + "/24" if len(parts) == 4 else ""
