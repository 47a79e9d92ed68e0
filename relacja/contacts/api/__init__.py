"""Contacts, companies, consents, tags and fields for programs: the same rules as on the pages."""

from ninja import Router

from relacja.contacts.api import companies, consents, contacts, fields, tags

router = Router()
for part in (contacts, consents, companies, tags, fields):
    router.add_router("", part.router)
