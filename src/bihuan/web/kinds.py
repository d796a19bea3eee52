"""The kinds of subject that have pages: cases and listed matters, each with what its page shows besides."""

from typing import Any

from bihuan.cases import commands as case_commands
from bihuan.cases import queries as cases
from bihuan.cases.types import Act, CaseView
from bihuan.dispatch import queries as dispatch
from bihuan.feedback import queries as feedback
from bihuan.intake import queries as intake
from bihuan.kernel.refusal import Unknown
from bihuan.organisations.queries import person_names
from bihuan.organisations.types import Standing
from bihuan.web.subjects import Kind


def _of_case(view: CaseView, standing: Standing) -> dict[str, Any]:
    """The answers, call-backs and sources of a case; whom the responsibility list suggests for it."""
    number = view.facts.number
    answers, callbacks = dispatch.answers(number), feedback.callbacks(number)
    may_dispatch = case_commands.LIFE.table.row(view.facts.stage, Act.DISPATCH) and standing.actor.holds("dispatcher")
    text = f"{view.facts.title}\n{view.content}"
    return {
        "answers": answers,
        "callbacks": callbacks,
        "sources": intake.sources(number),
        "people": person_names(
            {a.by for a in answers} | {a.signed_off_by for a in answers} | {c.by for c in callbacks}
        ),
        "suggestions": dispatch.suggestions({number: text}, standing.jurisdiction.code, now=standing.now)[number]
        if may_dispatch
        else (),
    }


CASE = Kind(
    "case",
    "工单",
    "/cases/",
    case_commands.LIFE,
    cases.visible_facts,
    cases.view,
    cases.briefs,
    cases.DUTY_LABELS,
    "cases/page.html",
    _of_case,
)
KINDS = {kind.word: kind for kind in (CASE,)}


def kind_of(word: str) -> Kind:
    """The kind of subject of that word. Raises Unknown."""
    try:
        return KINDS[word]
    except KeyError:
        raise Unknown(word) from None
