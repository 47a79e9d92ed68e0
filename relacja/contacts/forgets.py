"""The files of people go with them."""

from relacja.contacts.actions.document import forget_documents_of
from relacja.contacts.forgetting import forgets

forgets(forget_documents_of)
