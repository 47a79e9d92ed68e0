"""A condition on where somebody stands in the life of a customer."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from relacja.contacts.models import Stage
from relacja.segments.binder import Binder
from relacja.segments.blanks import Choice
from relacja.segments.rules import Evidence, Leaf, Person, leaf


@leaf("stage")
@dataclass(frozen=True, slots=True)
class AtStage(Leaf):
    stage: str

    label = gettext_lazy("Stage")
    icon = "trending-up"
    also = pgettext_lazy("found by", "life cycle, lead, customer")
    blanks = (Choice("stage", gettext_lazy("stage"), lambda: Stage.choices),)

    def sql(self, bind: Binder) -> str:
        return f"stage = {bind(self.stage, 'String')}"

    def words(self) -> str:
        return _("stage is “{stage}”").format(stage=Stage(self.stage).label)

    def check(self, person: Person) -> bool:
        return bool(person.columns.get("stage") == self.stage)

    def evidence(self, person: Person) -> Evidence:
        found = person.columns.get("stage")
        return Evidence(_("Stage: {stage}").format(stage=Stage(found).label if found else _("none")))
