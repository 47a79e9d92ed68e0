"""Contacts, companies, consents, tags and fields for programs: the same rules as on the pages."""

from ninja import Router

from relacja.contacts.api import companies, consents, contacts, fields, owners, tags

router = Router()
for part in (contacts, consents, companies, owners, tags, fields):
    router.add_router("", part.router)
