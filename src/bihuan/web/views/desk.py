"""The workbench and the dispatch desk."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.cases import queries as cases
from bihuan.cases.commands import LIFE
from bihuan.cases.subject import CASE
from bihuan.cases.types import Act, CaseBrief, CaseFacts, DutyKind
from bihuan.dispatch import queries as dispatch
from bihuan.dispatch.commands import foresee
from bihuan.dispatch.types import AT_ONCE, Dispatch, Suggestion
from bihuan.duties import queries as duties
from bihuan.duties.types import DutyFilters, DutyRow
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, Standing
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.record import queries as record
from bihuan.record.commands import ACTS
from bihuan.record.types import EventRow
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import URGERS
from bihuan.web import drafting
from bihuan.web.choosing import NOTHING, Desk, Row, Sent
from bihuan.web.drafting import Kept, typed_of
from bihuan.web.forms import Choices, Typed, fill, typed_in
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in
from bihuan.web.tasks import rows
from bihuan.web.views.paging import SIZE, without
from bihuan.web.words import moment

LABELS = REGISTRY.duty_labels
RED = 100
"""So far it is counted what others owe and is overdue."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that is owed, with where it is done."""

    duty: DutyRow
    number: str
    title: str
    url: str
    urgent: str
    case: CaseFacts | None
    suggestions: tuple[Suggestion, ...] = ()
    row: Row = NOTHING
    """What stands in its row of the dispatch desk."""
    mine: bool = False
    """Whether the reader may dispatch it now."""
    waits_for: DutyRow | None = None
    """Whose turn it is instead."""

    @property
    def ready(self) -> bool:
        """Whether the case stands where it can be dispatched."""
        return self.case is not None and LIFE.table.row(self.case.stage, Act.DISPATCH) is not None


@dataclass(frozen=True, slots=True)
class Chip:
    """How many duties of a kind are open, and late, in the scope that is shown."""

    kind: str
    label: str
    open: int
    late: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of several cases that were dispatched together."""

    number: str
    done: bool
    words: str
    citation: str = ""
    at: str = "lead"
    """The field that is to blame first."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A case that somebody ticked and that does not wait for its unit any more, or was away meanwhile."""

    number: str
    title: str
    words: str
    """What was done on it meanwhile, and by whom; empty where nothing of it may be told."""
    citation: str
    sent: Sent
    """What was typed for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of the desk that is shown once more before it goes, with what stands against it."""

    row: Row
    sent: Sent
    wrong: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What can be told of the cases that were ticked before any of them goes."""

    titles: Mapping[str, str]
    gone: Mapping[str, Gone]
    wrong: Mapping[str, Outcome]


@require_safe
@signed_in
def workbench(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What I owe, or my units do, most urgent first; what waits for others or stands still comes last on its page."""
    everyone, late = request.GET.get("all") == "1", request.GET.get("late") == "1"
    kind = request.GET.get("kind", "")
    kind = kind if kind in LABELS else ""
    filters = DutyFilters(kind=kind or None, overdue=True if late else None, mine=not everyone, one_a_subject=True)
    found, onward = _owed(standing, filters, request.GET.get("after", ""))
    every = duties.counts(standing.actor, now=standing.now)
    counted = every.of_units if everyone else every.mine
    lengths = record.lengths(duty.subject for duty in found)
    told = {k: (tally.open, tally.overdue) for k, tally in counted.items()}
    if _unchanged(request, mark := _mark(found, {"counted": told, "lengths": lengths})):
        return HttpResponse(status=204)
    supervises = standing.actor.holds(*URGERS) and organisations.knows(standing.jurisdiction, norms.SUPERVISE_URGE)
    accepts = not everyone and organisations.knows(standing.jurisdiction, norms.ACCEPT)
    tallies = [Chip(k, LABELS.get(k, k), tally.open, tally.overdue, k == kind) for k, tally in counted.items()]
    said = {
        "tasks": rows(found, standing, labels=LABELS),
        "onward": onward,
        "mark": mark,
        "query": without(request, "since"),
        "scope": "all=1&" if everyone else "",
        "tallies": tallies,
        "open": sum(t.open for t in tallies),
        "late": sum(t.late for t in tallies),
        "everyone": everyone,
        "late_only": late,
        "kind": kind,
        "red": supervision.overdue_counted(standing.actor, now=standing.now, most=RED) if supervises else 0,
        "most_red": RED,
        "to_accept": cases.to_accept(standing.actor, most=RED) if accepts else 0,
    }
    return render(request, "desk/_tasks.html" if _wants_rows(request) else "desk/workbench.html", said)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def dispatch_desk(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Cases that wait for their unit, with the units that the responsibility list suggests; many go out at once.

    More than one are shown once more before they go. What a row said stays in it until its case has gone.
    """
    posted = request.method == "POST"
    desk = _desk(typed_in(request.POST), standing) if posted else Desk(Typed())
    if number := desk.typed.one("open"):
        return redirect(_form_of(desk.sent(number)))
    ticked = desk.chosen[:SIZE] if posted and not desk.typed.one("look") else []
    asking = len(ticked) > 1 and not desk.typed.one("confirmed")
    before = _foresee(desk, standing, [*ticked, *desk.staying][:SIZE] if ticked else [])
    outcomes = [] if asking else [_dispatch_one(desk.sent(number), standing, before) for number in ticked]
    found, onward = _owed(standing, DutyFilters(kind=DutyKind.DISPATCH), request.GET.get("after", ""))
    if _unchanged(request, mark := _mark(found, {})):
        return HttpResponse(status=204)
    left = desk.without([*before.gone, *(o.number for o in outcomes if o.done)])
    kept = _kept(request, standing, left, sent=bool(outcomes))
    if kept.draft:
        desk = _still_there(Desk(typed_of(kept.draft), units=Choices(standing).unit), standing)
    elif ticked:
        desk = left
    if "after" not in request.GET:
        found = _with_chosen(found, standing, desk, gone={o.number for o in outcomes if o.done})
    tasks = list(_tasks(found, standing))
    texts, just_sent = cases.for_desk([t.number for t in tasks], standing.actor, since=standing.now - AT_ONCE)
    open_to = {t.number: texts[t.number] for t in tasks if t.ready and t.number in texts}
    accused = {t.number: t.case.accused for t in tasks if t.case is not None}
    fitting = dispatch.suggestions(open_to, standing.jurisdiction.code, now=standing.now, accused=accused)
    refused = {**before.wrong, **{o.number: o for o in outcomes if not o.done}}
    may_dispatch = standing.actor.holds(Post.DISPATCHER)
    said = {
        "tasks": [
            replace(t, suggestions=fitting.get(t.number, ()), row=_row(t.number, desk, refused))
            for t in sorted(tasks, key=lambda t: not t.ready)
        ],
        "onward": onward,
        "texts": texts,
        "mark": mark,
        "outcomes": outcomes,
        "sent": sum(o.done for o in outcomes),
        "kept": kept,
        "nothing": posted and not ticked and not desk.typed.one("look"),
        "asking": asking,
        "asked": [
            Asked(desk.row(number), desk.sent(number), before.wrong.get(number))
            for number in ticked
            if asking and number not in before.gone
        ],
        "gone": list(before.gone.values()),
        "titles": before.titles,
        "units": Choices(standing).unit,
        "may_dispatch": may_dispatch,
        "just_sent": just_sent if may_dispatch else [],
    }
    return render(request, "desk/_dispatch_rows.html" if _wants_rows(request) else "desk/dispatch.html", said)


@sent_only
@signed_in
def recall(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Take back from the desk what just went out."""
    number, act = typed_in(request.POST).one("number"), ACTS[("case", Act.RECALL)]
    try:
        done = act.run(number=number, fields=act.fields(), actor=standing.actor, now=standing.now)
    except Refused as refused:
        messages.error(request, f"{number}：{refused.refusal.reason}")
    else:
        messages.success(request, f"{number}：{done.sentence}。")
    return redirect("/dispatch/")


def _kept(request: HttpRequest, standing: Standing, left: Desk, *, sent: bool) -> Kept:
    """What is kept of the desk: what was sent goes, and what somebody else sent; what was refused stays, and what is
    asked again."""
    mark = drafting.mark_of_page(standing, "/dispatch/")
    if request.method != "POST":
        return drafting.kept_for(mark)
    if sent and not left.filled:
        drafting.drop(mark)
    else:
        drafting.keep(request, typed=left.typed)
    return drafting.given_back(mark, [])


def _owed_now(numbers: Iterable[str], standing: Standing) -> dict[str, str]:
    """Case → the duty by which it waits for its unit now, of those that do."""
    among = tuple(sorted({f"case:{number}" for number in numbers}))
    found = _owed(standing, DutyFilters(kind=DutyKind.DISPATCH, among=among), "")[0] if among else []
    return {duty.subject.partition(":")[2]: str(duty.id) for duty in found}


def _still_there(desk: Desk, standing: Standing) -> Desk:
    """What was kept of the desk without the rows of cases that went away, even where they have come back since."""
    filled = desk.filled[:SIZE]
    owed = _owed_now(filled, standing)
    return desk.without([number for number in filled if owed.get(number) != desk.row(number).owed])


def _foresee(desk: Desk, standing: Standing, numbers: Sequence[str]) -> Foreseen:
    """Which of the cases that were ticked have gone, and what stands against the others."""
    if not numbers:
        return Foreseen({}, {}, {})
    briefs, owed = cases.briefs(numbers, standing.actor), _owed_now(numbers, standing)
    ready = {n for n, brief in briefs.items() if LIFE.table.row(brief.stage, Act.DISPATCH) is not None}
    away = {n for n in briefs if n not in ready or desk.row(n).owed not in ("", owed.get(n))}
    told = record.events_of([f"case:{n}" for n in away]) if away else {}
    gone = {n: _gone(briefs[n], told[f"case:{n}"], desk.sent(n), back=n in ready) for n in numbers if n in away}
    here = {n: desk.sent(n) for n in numbers if n not in away}
    forms = {n: fill(ACTS[("case", Act.DISPATCH)].fields, sent.form) for n, sent in here.items()}
    wrong = {n: _not_filled(n, form.errors) for n, form in forms.items() if form.fields is None}
    sound = {n: form.fields for n, form in forms.items() if isinstance(form.fields, Dispatch) and n in briefs}
    wrong |= {n: _refused(n, no, standing) for n, no in foresee(sound, actor=standing.actor, now=standing.now).items()}
    wrong |= {n: Outcome(n, False, _unknown()) for n in here if n not in briefs}
    return Foreseen({n: brief.title for n, brief in briefs.items()}, gone, wrong)


def _gone(brief: CaseBrief, events: Sequence[EventRow], sent: Sent, *, back: bool) -> Gone:
    """What is told of a case that has gone: where it stands, and who did what last; where it went, if it is back."""
    acts = [event for event in events if "stage" in event.facts]
    went = [event for event in acts if event.facts.get("act") == Act.DISPATCH] if back else acts
    last = next(reversed(went), None)
    said = f"{moment(last.at)} {last.name} {last.sentence}" if last else ""
    if back:
        words = gettext("本页打开后已派出，又回到了派单台，请重新选择单位：%(said)s") % {"said": said}
        return Gone(brief.number, brief.title, words, "", sent)
    refusal = LIFE.table.refuse_stage(brief.stage, Act.DISPATCH)
    words = (
        gettext("%(reason)s最近办理：%(said)s") % {"reason": refusal.reason, "said": said} if said else refusal.reason
    )
    return Gone(brief.number, brief.title, words, "", sent)


def _desk(typed: Typed, standing: Standing) -> Desk:
    """What was filled in on the desk."""
    entries = organisations.responsibilities(standing.jurisdiction.code, now=standing.now)
    return Desk(typed, {e.code: e for e in entries}, Choices(standing).unit)


def _form_of(sent: Sent) -> str:
    """Where the whole form of a dispatch stands, begun with what its row says."""
    said = {"act": str(Act.DISPATCH), **{name: sent.form.one(name) for name in sent.form.values}}
    return f"{CASE.page_of(sent.number)}?{urlencode(said)}#act-dispatch"


def _with_chosen(found: list[DutyRow], standing: Standing, desk: Desk, *, gone: Collection[str]) -> list[DutyRow]:
    """A page of what waits for its unit; whatever was ticked stands on it, however far down the list it is."""
    here = {duty.subject for duty in found}
    kept = {f"case:{number}" for number in (*desk.chosen[:SIZE], *desk.staying[:SIZE]) if number not in gone} - here
    if not kept:
        return found
    return [*_owed(standing, DutyFilters(kind=DutyKind.DISPATCH, among=tuple(sorted(kept))), "")[0], *found]


def _row(number: str, desk: Desk, refused: Mapping[str, Outcome]) -> Row:
    if outcome := refused.get(number):
        return desk.refused(number, outcome.words, outcome.citation, outcome.at)
    return desk.row(number)


def _dispatch_one(sent: Sent, standing: Standing, before: Foreseen) -> Outcome:
    """Dispatch one case, for itself: what one is refused does not hold up the others."""
    act, number = ACTS[("case", Act.DISPATCH)], sent.number
    if went := before.gone.get(number):
        return Outcome(number, False, went.words, went.citation)
    filled = fill(act.fields, sent.form)
    if filled.fields is None:
        return _not_filled(number, filled.errors)
    try:
        done = act.run(number=number, fields=filled.fields, actor=standing.actor, now=standing.now)
    except Refused as refused:
        return _refused(number, refused, standing)
    except Unknown:
        return Outcome(number, False, _unknown())
    return Outcome(number, True, done.sentence)


def _not_filled(number: str, errors: Mapping[str, str]) -> Outcome:
    """What is told of a row that lacks something."""
    labels = {name: info.title or name for name, info in Dispatch.model_fields.items()}
    wrong = "；".join(f"{labels.get(name, '')}：{words}" for name, words in errors.items())
    return Outcome(number, False, wrong, at=next((name for name in labels if name in errors), "lead"))


def _refused(number: str, refused: Refused, standing: Standing) -> Outcome:
    rulebook = pack(refused.pack or standing.jurisdiction.pack)
    cited = rulebook.cite(refused.refusal.norm).words
    return Outcome(number, False, refused.refusal.reason, cited, refused.refusal.field or "lead")


def _unknown() -> str:
    return gettext("没有这件工单，或者它不在您的职务可以办理的范围内。")


def _mark(found: Sequence[DutyRow], counted: Mapping[str, Any]) -> str:
    """What a page of duties shows, in a few characters: it changes when something does, or falls overdue."""
    shown = [(d.id, d.due_at.isoformat(), d.paused, d.overdue) for d in found]
    return hashlib.blake2b(json.dumps([shown, counted], sort_keys=True).encode(), digest_size=9).hexdigest()


def _unchanged(request: HttpRequest, mark: str) -> bool:
    """Whether a page that is open asks, and shows all there is."""
    return bool(getattr(request, "htmx", False)) and request.GET.get("since") == mark


def _wants_rows(request: HttpRequest) -> bool:
    """Whether the page is there already and only asks for more rows."""
    return bool(getattr(request, "htmx", False)) and "after" in request.GET


def _owed(standing: Standing, filters: DutyFilters, after: str) -> tuple[list[DutyRow], str]:
    """One page of duties, and the position from which the next one goes on."""
    found = duties.owed(
        standing.actor, filters, labels=LABELS, now=standing.now, after=_position(after), limit=SIZE + 1
    )
    shown = found[:SIZE]
    onward = f"{shown[-1].due_at.isoformat()}~{shown[-1].id}" if len(found) > SIZE else ""
    return shown, onward


def _position(text: str) -> tuple[datetime, int] | None:
    at, _, id = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, int(id)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _tasks(found: Sequence[DutyRow], standing: Standing) -> Iterator[Task]:
    turns = {turn.number: turn for turn in rows(found, standing, labels=LABELS)}
    for duty in found:
        word, _, number = duty.subject.partition(":")
        turn, known = turns[number], REGISTRY.get(word)
        facts = turn.facts if isinstance(turn.facts, CaseFacts) else None
        yield Task(
            duty=duty,
            number=number,
            title=facts.title if facts else "",
            url=known.page_of(number) if known else "",
            urgent=turn.urgent if facts else "",
            case=facts,
            mine=turn.to_do and standing.actor.holds(Post.DISPATCHER, unit=duty.holder),
            waits_for=turn.waits_for,
        )
