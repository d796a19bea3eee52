"""What supervision sends, declared once: every kind shares the tables, and one function makes them all."""

from collections.abc import Mapping
from functools import partial

from bihuan.cases.subject import CASE
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy import norms
from bihuan.subjects.declaration import MenuEntry, MenuGroup, StageTraits, StandsOn, SubjectType, Tone
from bihuan.subjects.evidence import Evidence, NumberSeries
from bihuan.supervision import queries
from bihuan.supervision.commands import LIVES
from bihuan.supervision.commands.life import LETTERS
from bihuan.supervision.models import Directive, Participation
from bihuan.supervision.types import ColouredStage, DirectiveFacts, Kind, OrderStage, ReminderStage, UrgeStage

_T = StageTraits
TRAITS: Mapping[Kind, Mapping[Vocabulary, StageTraits]] = {
    Kind.URGE: {
        UrgeStage.SENT: _T(Tone.WAIT),
        UrgeStage.REPLIED: _T(Tone.DONE),
        UrgeStage.SETTLED: _T(Tone.DONE),
        UrgeStage.LAPSED: _T(Tone.DONE),
    },
    Kind.REMINDER: {
        ReminderStage.DRAFT: _T(Tone.CHECK),
        ReminderStage.DROPPED: _T(Tone.DONE),
        ReminderStage.ISSUED: _T(Tone.WAIT),
        ReminderStage.RECTIFYING: _T(Tone.RUN),
        ReminderStage.REPLIED: _T(Tone.CHECK),
        ReminderStage.ACCEPTED: _T(Tone.DONE),
        ReminderStage.WITHDRAWN: _T(Tone.DONE),
        ReminderStage.ESCALATED: _T(Tone.DONE),
    },
    Kind.ORDER: {
        OrderStage.DRAFT: _T(Tone.CHECK),
        OrderStage.DROPPED: _T(Tone.DONE),
        OrderStage.ISSUED: _T(Tone.WAIT),
        OrderStage.HANDLING: _T(Tone.RUN),
        OrderStage.REPLIED: _T(Tone.CHECK),
        OrderStage.RELEASED: _T(Tone.DONE),
        OrderStage.RAISED: _T(Tone.DONE),
        OrderStage.WITHDRAWN: _T(Tone.DONE),
    },
    Kind.COLOURED: {
        ColouredStage.REGISTERED: _T(Tone.WAIT),
        ColouredStage.DISTRIBUTED: _T(Tone.RUN),
        ColouredStage.ANSWERED: _T(Tone.CHECK),
        ColouredStage.RELEASED: _T(Tone.DONE),
        ColouredStage.RAISED: _T(Tone.DONE),
        ColouredStage.VOID: _T(Tone.DONE),
        ColouredStage.LAPSED: _T(Tone.DONE),
    },
}


def _sent(kind: Kind, template: str, menu: MenuEntry | None = None) -> SubjectType[DirectiveFacts]:
    return SubjectType(
        life=LIVES[kind],
        traits=TRAITS[kind],
        row=Directive,
        parts=Participation,
        told_by="kind",
        lead="",
        stands_on=StandsOn(CASE, "of_case"),
        evidence=Evidence(numbers=(NumberSeries(str(kind), rf"(\d{{4}}){LETTERS[kind]}(\d+)$"),)),
        several=queries.facts_of,
        view=partial(queries.view, kind=kind),
        briefs=queries.briefs,
        folder=kind.folder,
        template=template,
        menu=menu,
    )


URGE = _sent(
    Kind.URGE,
    "supervision/urge.html",
    MenuEntry("催办", order=4, norm=norms.SUPERVISE_URGE, group=MenuGroup.SUPERVISION),
)
REMINDER = _sent(
    Kind.REMINDER,
    "supervision/reminder.html",
    MenuEntry("工作提醒", order=5, norm=norms.SUPERVISE_REMIND, group=MenuGroup.SUPERVISION),
)
ORDER = _sent(
    Kind.ORDER,
    "supervision/order.html",
    MenuEntry("督办单", order=6, norm=norms.SUPERVISE_ORDER, group=MenuGroup.SUPERVISION),
)
COLOURED = _sent(
    Kind.COLOURED,
    "supervision/coloured.html",
    MenuEntry("三色督办单", order=7, norm=norms.SUPERVISE_COLOURED, group=MenuGroup.SUPERVISION),
)
SUBJECTS = (URGE, REMINDER, ORDER, COLOURED)
