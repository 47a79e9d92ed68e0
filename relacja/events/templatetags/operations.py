"""What works here, as people call it."""

from django import template

from relacja.events import subscriptions
from relacja.jobs import pumps, work

register = template.Library()
register.filter("subscriber_label", subscriptions.label_of)
register.filter("pump_label", pumps.label_of)
register.filter("task_label", work.label_of)
