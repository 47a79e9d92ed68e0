"""Who is deleted for good was given to nobody."""

from collections.abc import Collection

from relacja.assignments.models import Assigned
from relacja.contacts.forgetting import forgets


@forgets
def forget(contact_ids: Collection[int]) -> None:
    Assigned.objects.filter(contact_id__in=contact_ids).delete()
