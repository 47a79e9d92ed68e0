"""Which rules of assignment ask for a field or a tag."""

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from relacja.assignments.models import AssignmentRule
from relacja.contacts.fields import Known
from relacja.contacts.uses import Use, finder, speaks, speaks_of_tag, tag_finder
from relacja.segments.models import Segment
from relacja.segments.segment_rules import membership
from relacja.segments.uses import segment_finder


@finder
def rules(known: Known) -> Iterator[Use]:
    """One query; there are tens of rules."""
    for rule in AssignmentRule.objects.in_order():
        if speaks(rule.rule, known.path):
            yield Use(_("Rule of assignment"), rule.name, reverse("assignments:rule", args=[rule.pk]))


@segment_finder
def rules_of_segment(segment: Segment) -> Iterator[Use]:
    """One query; there are tens of rules."""
    for rule in AssignmentRule.objects.in_order():
        if segment.key in membership.named(rule.rule):
            yield Use(_("Rule of assignment"), rule.name, reverse("assignments:rule", args=[rule.pk]))


@tag_finder
def rules_of_tag(keys: Collection[str]) -> Iterator[Use]:
    """One query; there are tens of rules."""
    for rule in AssignmentRule.objects.in_order():
        if speaks_of_tag(rule.rule, keys):
            yield Use(_("Rule of assignment"), rule.name, reverse("assignments:rule", args=[rule.pk]))
