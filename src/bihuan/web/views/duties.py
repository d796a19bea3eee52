"""A duty's own page: who owes what by which clause, how its due moment came about, and its ladder."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.duties import ladder
from bihuan.duties.types import Outcome
from bihuan.organisations.types import Standing
from bihuan.policy.ladders import Level
from bihuan.policy.limits import Limit
from bihuan.subjects.duties import must_see_duty, sees, with_what_is_seen
from bihuan.subjects.registry import REGISTRY
from bihuan.web.standing import signed_in

LABELS = REGISTRY.duty_labels
LEVELS = {str(level): level for level in Level}


@require_safe
@signed_in
def show(request: HttpRequest, standing: Standing, id: int) -> HttpResponse:
    """One duty, open or done."""
    subject = must_see_duty(id, standing.actor)
    told = ladder.duty_in_full(id, labels=LABELS, now=standing.now)
    word, _, number = subject.partition(":")
    said = {
        "told": told,
        "duty": told.duty,
        "steps": [(step, _page_of(step.made)) for step in with_what_is_seen(told.steps, standing.actor)],
        "extensions": [(more, Limit.parse(more.limit).words) for more in told.extensions],
        "outcome": Outcome(told.duty.outcome) if told.duty.outcome else None,
        "levels": LEVELS,
        "kind": REGISTRY[word],
        "number": number,
        "url": REGISTRY[word].page_of(number) if sees(subject, standing.actor) else "",
        "pack_id": standing.jurisdiction.pack.partition("/")[0],
    }
    return render(request, "duties/duty.html", said)


def _page_of(made: str) -> tuple[str, str]:
    """The number of what a step made, and its page."""
    word, _, number = made.partition(":")
    return (number, REGISTRY[word].page_of(number)) if number and word in REGISTRY else ("", "")
