from django.urls import path

from relacja.contacts.views import companies, contact, duplicates, fields, people

app_name = "contacts"
urlpatterns = [
    path("contacts/", people.contacts, name="contacts"),
    path("contacts/new/", people.new, name="new"),
    path("contacts/owner/", people.owner, name="owner"),
    path("contacts/archive/", people.archive, name="archive"),
    path("contacts/restoration/", people.restoration, name="restoration"),
    path("contacts/<int:pk>/", contact.contact, name="contact"),
    path("contacts/<int:pk>/facts/", contact.facts, name="facts"),
    path("contacts/<int:pk>/facts/<slug:key>/", contact.fact, name="fact"),
    path("contacts/<int:pk>/notes/", contact.notes, name="notes"),
    path("contacts/<int:pk>/owner/", contact.owner, name="contact-owner"),
    path("contacts/<int:pk>/archive/", contact.archive, name="contact-archive"),
    path("contacts/<int:pk>/restoration/", contact.restoration, name="contact-restoration"),
    path("contacts/<int:pk>/changes/", contact.changes, name="contact-changes"),
    path("contacts/<int:pk>/consents/", contact.consent, name="consents"),
    path("contacts/<int:pk>/consents/withdrawal/", contact.withdrawal, name="consent-withdrawal"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/sweep/", duplicates.sweep, name="sweep"),
    path("duplicates/sweep/end/", duplicates.sweep_end, name="sweep-end"),
    path("duplicates/<int:pk>/dismissal/", duplicates.dismissal, name="duplicate-dismissal"),
    path("duplicates/<int:pk>/reopening/", duplicates.reopening, name="duplicate-reopening"),
    path("settings/fields/", fields.settings, name="fields"),
    path("settings/fields/new/<slug:kind>/", fields.new, name="new-field"),
    path("settings/fields/<int:pk>/", fields.edit, name="field"),
    path("settings/fields/<int:pk>/place/", fields.place, name="field-place"),
    path("settings/fields/<int:pk>/removal/", fields.removal, name="field-removal"),
    path("settings/fields/<int:pk>/restoration/", fields.restoration, name="field-restoration"),
    path("companies/", companies.companies, name="companies"),
    path("companies/<int:pk>/", companies.company, name="company"),
    path("companies/<int:pk>/changes/", companies.changes, name="company-changes"),
    path("companies/<int:pk>/details/", companies.edit, name="company-details"),
]
