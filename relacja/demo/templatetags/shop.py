"""Small words of the shop's templates."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency
from django import template
from django.utils import timezone
from django.utils.translation import get_language

from relacja.demo import cart, catalogue, http, source, tracking
from relacja.demo.cart import Cart, Line
from relacja.demo.catalogue import Category
from relacja.web import sign_ups

register = template.Library()


@register.simple_tag(takes_context=True)
def shop_url(context: Mapping[str, Any], name: str, *args: Any) -> str:
    """The address of a shop page, in the language of this one."""
    return http.address(context["request"], name, *args)


@register.simple_tag(takes_context=True)
def held_cart(context: Mapping[str, Any]) -> Cart:
    """The visitor's cart."""
    return cart.of(context["request"])


@register.simple_tag
def shop_categories() -> tuple[Category, ...]:
    return catalogue.CATEGORIES


@register.simple_tag
def write_key() -> str:
    """The key the tracking script reports with."""
    return source.write_key(now=timezone.now())


@register.simple_tag
def newsletter_words() -> str:
    """What somebody agrees to who ticks the newsletter box: the very text that the consent ledger will name."""
    return sign_ups.text_in(get_language() or "", now=timezone.now()).body


@register.filter
def money(value: Decimal) -> str:
    """An amount as people of the page's language write it."""
    if (get_language() or "").startswith("en"):
        return format_currency(value, catalogue.CURRENCY, format="#,##0.00 ¤¤", locale="en")
    return format_currency(value, catalogue.CURRENCY, locale="pl")


@register.filter
def props(value: Mapping[str, Any] | Line) -> str:
    """Event properties (a line of the cart: of its product) as the text of an attribute."""
    return tracking.packed(tracking.line_properties(value) if isinstance(value, Line) else value)
