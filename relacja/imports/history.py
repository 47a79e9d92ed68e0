from django.utils.translation import ngettext_lazy

from relacja.staff import changes

changes.words(
    "imports.updated",
    ngettext_lazy("%(number)s record was changed by an import", "%(number)s records were changed by an import", "n"),
)
