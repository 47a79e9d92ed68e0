from django.utils.translation import gettext_lazy as _

from relacja.staff.access import Role, declare

declare("contacts.view", _("See contacts and their history"), *Role)
declare("contacts.edit", _("Add and change contacts"), Role.MANAGER, Role.MARKETING, Role.SALES, Role.SERVICE)
declare("contacts.export", _("Take contacts out as files"), Role.MANAGER, Role.MARKETING)
declare("contacts.archive", _("Archive contacts"), Role.MANAGER, Role.SALES)
declare("contacts.merge", _("Merge contacts and take merges apart"), Role.MANAGER, Role.SALES, Role.SERVICE)
declare("contacts.assign", _("Give people and companies to any colleague"), Role.MANAGER, Role.MARKETING)
declare("contacts.taking", _("Say under which rule people take customers over"))
declare("contacts.fields", _("Make and change fields of contacts and companies"), Role.MANAGER)
declare("contacts.share", _("Share views of lists with everybody and change shared ones"), Role.MANAGER, Role.MARKETING)
declare("contacts.tags", _("Make, rename, merge and remove tags"), Role.MANAGER, Role.MARKETING)
