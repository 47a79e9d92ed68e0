"""A year in the life of a shop: what each person did, as plain moments. No database, no clock."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from relacja.demo import catalogue, tracking
from relacja.demo.cart import Cart, Line
from relacja.demo.catalogue import Product
from relacja.demo.people import Habit, Person
from relacja.web import arrivals

WARSAW = ZoneInfo("Europe/Warsaw")
DAYS = 365

# How busy the shop is in each month, January first, and what people look for then.
MONTHS = (0.55, 0.7, 1.25, 1.6, 1.55, 1.4, 1.15, 1.05, 1.0, 0.95, 0.95, 1.1)
SEASONS = {
    "rowery": (0.3, 0.6, 1.7, 2.4, 2.2, 1.7, 1.1, 0.9, 0.6, 0.4, 0.3, 0.4),
    "kaski": (0.4, 0.6, 1.5, 1.9, 1.8, 1.5, 1.2, 1.0, 0.8, 0.6, 0.5, 0.8),
    "opony": (0.6, 0.8, 1.6, 1.5, 1.2, 1.0, 0.9, 0.9, 0.9, 1.2, 1.7, 0.9),
    "oswietlenie": (1.2, 0.9, 0.7, 0.4, 0.3, 0.3, 0.3, 0.6, 1.5, 2.5, 2.6, 1.9),
    "torby": (0.6, 0.6, 0.9, 1.2, 1.4, 1.6, 1.5, 1.1, 0.9, 0.7, 0.8, 1.5),
    "odziez": (0.8, 0.7, 1.0, 1.2, 1.3, 1.2, 1.0, 0.9, 1.2, 1.3, 1.3, 1.6),
}
# A bicycle is bought rarely, a tube often.
DESIRE = {"rowery": 0.35, "kaski": 0.9, "opony": 1.5, "oswietlenie": 1.2, "torby": 0.9, "odziez": 1.3}
_HOURS = (1, 0, 0, 0, 0, 1, 3, 6, 8, 9, 9, 9, 10, 9, 8, 8, 9, 10, 12, 15, 18, 17, 11, 5)
HOURS = tuple(accumulate(_HOURS))
REFERRERS = (
    ("", 45),
    ("https://www.google.com/", 34),
    ("https://www.facebook.com/", 8),
    ("https://www.instagram.com/", 6),
    ("https://forum-rowerowe.example/", 4),
    ("https://duckduckgo.com/", 3),
)
_SITES = [url for url, _ in REFERRERS]
_SITE_WEIGHTS = list(accumulate(weight for _, weight in REFERRERS))
OURS = "ours"  # the page before is one of the shop's
# Two letters a month, January first.
LETTERS = (
    ("Napęd do wymiany? Sprawdź sam", "Zimą też się jeździ"),
    ("Rower w piwnicy: obudź go w pięciu krokach", "Jak dobrać kask"),
    ("Rower po zimie: pięć rzeczy do sprawdzenia", "Przegląd przed sezonem – ostatnie terminy"),
    ("Wiosna na dwóch kołach", "Pierwsza trasa: Gdańsk – Sobieszewo"),
    ("Trasa na weekend: Mierzeja Wiślana", "Rowerem do pracy: pierwszy miesiąc"),
    ("Jak spakować sakwy na tydzień", "Dzieci na rowery"),
    ("Kaszuby w dwa dni", "Koszulki na upał"),
    ("Co nowego w warsztacie", "Ostatnie ciepłe wieczory: Zatoka o zmierzchu"),
    ("Deszcz? Jedziemy", "Wracamy do miasta"),
    ("Światło na długie wieczory", "Być widocznym: poradnik"),
    ("Opony zimowe i święty spokój", "Hamulce na mokro"),
    ("Prezenty, które nie kurzą się w szafie", "Dziękujemy za ten rok"),
)
LETTER_DAYS = (6, 20)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened. In a browser it belongs to the visitor, else to the person.

    It has an `id` when something else speaks of it.
    """

    name: str
    at: datetime
    in_browser: bool = False
    channel: str = "web"
    properties: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    at: datetime
    cart: Cart


@dataclass(frozen=True, slots=True)
class Story:
    """Everything one person, or one anonymous browser, did within a year."""

    known_at: datetime
    moments: list[Moment]
    purchases: list[Purchase]
    agreed_at: datetime | None = None
    asked_at: datetime | None = None
    withdrawn_at: datetime | None = None


def story(person: Person, *, now: datetime, random: Random) -> Story:
    """What `person` did in the year before `now`, in order of time."""
    return _Telling(person.habit, now, random).told()


def anonymous_story(*, now: datetime, random: Random) -> Story:
    """A browser whose owner never said who they are."""
    return _Telling(None, now, random).told()


@lru_cache(maxsize=4)
def letters(*, now: datetime) -> list[tuple[datetime, str]]:
    """The newsletters of the year before `now`, two a month: when and with what subject."""
    first = now.astimezone(WARSAW).date() - timedelta(days=DAYS)
    days = (first + timedelta(days=number) for number in range(DAYS + 1))
    found = [
        (datetime.combine(day, time(10, 5), WARSAW).astimezone(UTC), LETTERS[day.month - 1][LETTER_DAYS.index(day.day)])
        for day in days
        if day.day in LETTER_DAYS
    ]
    return [(at, subject) for at, subject in found if at < now - timedelta(hours=6)]


class _Telling:
    """Makes up one story, event by event."""

    def __init__(self, habit: Habit | None, now: datetime, random: Random) -> None:
        self.habit, self.now, self.random = habit, now, random
        self.moments: list[Moment] = []
        self.purchases: list[Purchase] = []
        self.asked_at: datetime | None = None
        self.agreed_at: datetime | None = None
        self.withdrawn_at: datetime | None = None

    def told(self) -> Story:
        known_at = self._when_known()
        if self.habit is None:
            for _ in range(self.random.choice((1, 1, 1, 2, 3))):
                self._visit(self._some_time(known_at, self.now), "")
        else:
            self._get_to_know(known_at)
            for at in self._times_of_buying(known_at):
                self._visit(at, "order")
            self._look_around(known_at)
            self._read_letters()
        self.moments = sorted((m for m in self.moments if m.at < self.now), key=lambda moment: moment.at)
        return Story(known_at, self.moments, self.purchases, self.agreed_at, self.asked_at, self.withdrawn_at)

    def _when_known(self) -> datetime:
        year = self.now - timedelta(days=DAYS - 2)
        until = self.now - timedelta(hours=2)
        if self.habit == Habit.DEVOTED:
            until = self.now - timedelta(days=200)
        if self.habit == Habit.LOST:
            until = self.now - timedelta(days=190)
        return self._some_time(year, until)

    def _some_time(self, start: datetime, end: datetime) -> datetime:
        """A moment between the two, likely in busy months and awake hours."""
        for _ in range(40):
            day = start + timedelta(seconds=self.random.random() * (end - start).total_seconds())
            hour = self.random.choices(range(24), cum_weights=HOURS)[0]
            at = day.astimezone(WARSAW).replace(hour=hour).astimezone(UTC)
            if start <= at <= end and self.random.random() < MONTHS[at.month - 1] / max(MONTHS):
                return at
        return start + (end - start) * self.random.random()

    def _get_to_know(self, known_at: datetime) -> None:
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            self._visit(known_at - timedelta(days=self.random.uniform(0.5, 16)), "")
        chance = {Habit.LOOKING: 0.95, Habit.LOST: 0.9, Habit.DEVOTED: 0.85}.get(self.habit or Habit.ONCE, 0.5)
        if self.random.random() < chance:
            self._visit(known_at - timedelta(minutes=4), "")
            self.asked_at = known_at
            if self.random.random() < 0.9:
                self.agreed_at = known_at + timedelta(minutes=self.random.uniform(1, 90))

    def _times_of_buying(self, known_at: datetime) -> list[datetime]:
        r = self.random
        number = {Habit.DEVOTED: r.randint(5, 10), Habit.REGULAR: r.randint(2, 5), Habit.ONCE: 1}.get(
            self.habit or Habit.LOST, 0
        )
        if not number:
            return []
        first = known_at if not self.asked_at else self._some_time(known_at, self.now)
        return sorted([first, *(self._some_time(known_at, self.now) for _ in range(number - 1))])

    def _look_around(self, known_at: datetime) -> None:
        end = min(self.now, known_at + timedelta(days=40)) if self.habit == Habit.LOST else self.now
        most = {Habit.DEVOTED: 8, Habit.REGULAR: 4, Habit.ONCE: 2, Habit.LOOKING: 4, Habit.LOST: 2}
        for _ in range(self.random.randint(0, most[self.habit or Habit.LOOKING])):
            aim = "cart" if self.random.random() < 0.22 else ""
            self._visit(self._some_time(known_at, end), aim)

    def _visit(self, at: datetime, aim: str, *, letter: str = "") -> None:
        """A visit that ends with an `order`, with things left in the `cart`, or with nothing."""
        r = self.random
        referrer = r.choices(_SITES, cum_weights=_SITE_WEIGHTS)[0]
        campaign = {"campaign": {"source": "newsletter", "medium": "email", "name": letter}} if letter else {}
        bought = self._basket(at) if aim else Cart()
        seen = [line.product for line in bought.lines] + [self._liked(at) for _ in range(r.choice((0, 1, 1, 2, 3)))]
        if letter or not seen or r.random() < 0.6:
            at = self._page(at, "/shop/", "Rowery z Gdańska", "" if letter else referrer, campaign)
            referrer = OURS
        for product in dict.fromkeys(seen):
            category = product.category
            if r.random() < 0.2:
                at = self._page(at, f"/shop/categories/{category.slug}/", category.name.pl, referrer)
                referrer = OURS
            at = self._page(at, f"/shop/products/{product.slug}/", product.name.pl, referrer)
            referrer = OURS
            self._say("Product Viewed", at, _known(product))
        if bought.lines:
            self._shop(at, bought, orders=aim == "order")

    def _shop(self, at: datetime, bought: Cart, *, orders: bool) -> None:
        for line in bought.lines:
            at += timedelta(seconds=self.random.randint(8, 70))
            self._say("Product Added", at, _line(line))
        contents = {
            "value": tracking.amount(bought.total),
            "currency": catalogue.CURRENCY,
            "products": [_line(line) for line in bought.lines],
        }
        at = self._page(at, "/shop/cart/", "Koszyk")
        self._say("Cart Viewed", at, contents)
        if orders or self.random.random() < 0.4:
            at = self._page(at, "/shop/checkout/", "Zamówienie")
            self._say("Checkout Started", at, contents)
        if orders and at + timedelta(minutes=4) < self.now:
            self.purchases.append(Purchase(at + timedelta(minutes=self.random.uniform(1, 4)), bought))

    def _read_letters(self) -> None:
        if self.agreed_at is None:
            return
        keen = {Habit.DEVOTED: 0.7, Habit.REGULAR: 0.45, Habit.ONCE: 0.3, Habit.LOOKING: 0.35, Habit.LOST: 0.08}
        opens = keen[self.habit or Habit.LOST]
        for at, subject in letters(now=self.now):
            if at <= self.agreed_at:
                continue
            self._read(at, subject, opens)
            if self.random.random() < (0.03 if self.habit == Habit.LOST else 0.006):
                self.withdrawn_at = at + timedelta(minutes=self.random.randint(20, 600))
                self._mail("Unsubscribed", self.withdrawn_at, subject)
                return

    def _read(self, at: datetime, subject: str, opens: float) -> None:
        r = self.random
        arrived = at + timedelta(seconds=r.randint(2, 900))
        self._mail("Email Sent", arrived, subject)
        if r.random() > opens:
            return
        opened = arrived + timedelta(minutes=r.expovariate(1 / 240))
        self._mail("Email Opened", opened, subject)
        if r.random() < 0.22:
            clicked = opened + timedelta(seconds=r.randint(5, 90))
            self._mail("Email Link Clicked", clicked, subject, url=settings.BASE_URL + "/shop/")
            self._visit(clicked + timedelta(seconds=2), "cart" if r.random() < 0.15 else "", letter=subject)

    def _mail(self, name: str, at: datetime, subject: str, **more: str) -> None:
        properties = {"subject": subject, "what": "newsletter", **more}
        self.moments.append(Moment(name, at, channel="email", properties=properties))

    def _page(
        self, at: datetime, path: str, title: str, referrer: str = OURS, context: dict[str, Any] | None = None
    ) -> datetime:
        at += timedelta(seconds=self.random.randint(6, 80))
        url = settings.BASE_URL + path
        before = url if referrer == OURS else referrer
        properties = {"path": path, "url": url, "title": f"{title} – Rowerownia Żuraw", "referrer": before}
        came = arrivals.arrival(properties, context or {})
        self._say("Page Viewed", at, properties, {**(context or {}), **({arrivals.KEY: came} if came else {})})
        return at

    def _say(self, name: str, at: datetime, properties: dict[str, Any], context: dict[str, Any] | None = None) -> None:
        self.moments.append(Moment(name, at, in_browser=True, properties=properties, context=context or {}))

    def _liked(self, at: datetime) -> Product:
        """What somebody looks at in that month."""
        return self.random.choices(catalogue.PRODUCTS, cum_weights=_weights(at.month))[0]

    def _basket(self, at: datetime) -> Cart:
        r = self.random
        basket = Cart()
        for _ in range(r.choice((1, 1, 1, 2, 2, 3))):
            product = self._liked(at)
            several = product.price < 100 and r.random() < 0.3
            basket = basket.with_quantity(product, r.choice(product.sizes or ("",)), r.randint(2, 3) if several else 1)
        return basket


@cache
def _weights(month: int) -> tuple[float, ...]:
    liking = (1.0, 0.55, 1.3, 0.8, 0.65, 1.1)
    return tuple(
        accumulate(
            SEASONS[product.category.slug][month - 1] * DESIRE[product.category.slug] * liking[place % len(liking)]
            for place, product in enumerate(catalogue.PRODUCTS)
        )
    )


@cache
def _known(product: Product) -> dict[str, Any]:
    return tracking.product_properties(product)


@cache
def _line(line: Line) -> dict[str, Any]:
    return tracking.line_properties(line)
