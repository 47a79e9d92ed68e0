from django.utils.translation import ngettext_lazy

from relacja.staff import changes

changes.words(
    "imports.updated",
    ngettext_lazy("%(n)d record was changed by an import", "%(n)d records were changed by an import", "n"),
)
