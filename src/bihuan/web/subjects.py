"""The page of anything that has a life: whose turn it is, what is owed, what can be done, what happened."""

import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any, Protocol

from django.utils.translation import get_language, gettext
from pydantic.fields import FieldInfo

from bihuan.attachments import queries as attachments
from bihuan.attachments.types import AttachmentRef
from bihuan.documents import commands as papers
from bihuan.documents import queries as documents
from bihuan.documents.commands import Paper
from bihuan.documents.types import DocumentRow, State
from bihuan.drafts import queries as drafts
from bihuan.drafts.types import Draft
from bihuan.duties.life import Offer, next_of
from bihuan.duties.primary import Primary, own
from bihuan.duties.types import DutyRow, Outcome
from bihuan.instructions import queries as instructions
from bihuan.instructions.types.rows import InstructionBrief
from bihuan.kernel.actor import CLOCKWORK, Actor
from bihuan.kernel.fields import Fields
from bihuan.kernel.stages import Branch, Move, Role, Weight
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.queries import directory
from bihuan.organisations.types import Standing, UnitFacts
from bihuan.policy import norms
from bihuan.policy.loader import of_packs
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Pack
from bihuan.record import queries as record
from bihuan.record.commands import ACTS
from bihuan.record.reading import gather
from bihuan.record.types import EventRow
from bihuan.subjects.declaration import Kind
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import Kind as Directive
from bihuan.supervision.types.rows import DirectiveBrief
from bihuan.web.besides import Begun, Elsewhere, besides_of
from bihuan.web.drafting import Kept, given_back, mark_of_act, typed_of
from bihuan.web.flow import Course, Flow, Step, draw, undoes
from bihuan.web.forms import Choices, Control, Typed, controls, widget
from bihuan.web.words import control_moment, label_of, label_under, moment


@dataclass(frozen=True, slots=True)
class Attempt:
    """An act that was tried on the page and did not succeed: what was typed, and why not."""

    act: str
    typed: Typed
    errors: Mapping[str, str]
    words: str = ""
    citation: str = ""
    seen: int | None = None
    """The version that was gone when it was sent."""

    @property
    def overtaken(self) -> bool:
        """Whether the subject had moved since its page was made."""
        return self.seen is not None


@dataclass(frozen=True, slots=True)
class ActForm:
    """An act that the actor may do now, with its form."""

    offer: Offer
    controls: tuple[Control, ...]
    open: bool
    attempt: Attempt | None
    undoes: str = ""
    """Label of the actor's own last act, where this one takes it back."""
    parallel: bool = False
    """Whether it overtakes nobody: the page sends no version with it."""
    against: bool = False
    """Whether it gives back, refuses, ends, raises or blames: it stands apart."""
    beside: bool = False
    """Whether it lies beside the way: nobody has to do it."""
    asked: bool = False
    """Whether it was sent just now or a link names it: nothing else begun before opens in its stead."""
    kept: Kept | None = None
    """What is kept of what somebody types into it."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said with an act."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the timeline."""

    event: EventRow
    act: str
    where: str
    post: str
    said: tuple[Said, ...]
    opened: tuple[str, ...]
    settled: tuple[tuple[str, Outcome], ...]
    refused: bool

    @property
    def sort(self) -> str:
        """What kind of line it is, for the filter of the timeline."""
        return "refused" if self.refused else "clock" if self.event.account == CLOCKWORK else "people"


@dataclass(frozen=True, slots=True)
class Papers:
    """The documents of a subject: those drawn up, and those that can be."""

    drawn: tuple[DocumentRow, ...]
    offered: tuple[Paper, ...]
    """Those that the actor issues now."""
    elsewhere: tuple[tuple[Paper, tuple[Role, ...]], ...]
    """Those that others issue now, and who."""

    def in_place_of(self, row: DocumentRow) -> DocumentRow | None:
        """The paper that a later one replaced."""
        return next((one for one in self.drawn if one.id == row.replaces), None)

    def replaced(self, row: DocumentRow) -> bool:
        """Whether a later one stands in its place."""
        return any(one.replaces == row.id for one in self.drawn)

    @property
    def waiting(self) -> bool:
        """Whether files are still being made."""
        return any(row.state == State.WAITING for row in self.drawn)


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is: what the reader owes where a step is open to them, that of the step first; what others owe."""

    mine: tuple[DutyRow, ...]
    waiting: tuple[DutyRow, ...]
    """What the reader owes and can do nothing for now."""
    others: tuple[DutyRow, ...]
    onward: Elsewhere | None
    """Where the reader's next step is done, if not here."""
    word: Vocabulary | None = None
    """What is left to do of the first, where its own word has been done."""

    @property
    def late(self) -> bool:
        """Whether what is told first is overdue."""
        return any(duty.overdue for duty in (self.mine or self.others or self.waiting)[:1])

    @property
    def over(self) -> bool:
        """Whether nobody owes anything."""
        return not (self.mine or self.waiting or self.others)


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """All that is common to the pages of subjects."""

    kind: Kind
    view: Any
    turn: Turn
    open_duties: tuple[DutyRow, ...]
    past_duties: tuple[DutyRow, ...]
    forms: tuple[ActForm, ...]
    barred: tuple[Offer, ...]
    others: tuple[Offer, ...]
    timeline: tuple[Told, ...]
    flow: Flow
    attachments: tuple[AttachmentRef, ...]
    for_requester: frozenset[int]
    """Those of them that a unit shows the requester with its answer."""
    papers: Papers
    sent: tuple[DirectiveBrief, ...]
    """What was sent to units about it by those who supervise them."""
    instructed: tuple[InstructionBrief, ...]
    """The instructions of leaders that name it."""
    may_urge: bool
    """Whether the reader may urge somebody about it."""
    on_site: bool
    """Whether what comes next is done standing at the place: a telephone shows its form first."""
    lost: Attempt | None
    """An attempt whose act is no longer offered: what was typed is shown, so that nothing is lost."""
    lost_said: tuple[Said, ...]
    asked_for: Told | None
    """What somebody asked for that the reader may decide now."""
    details: dict[str, Any]

    @property
    def idle(self) -> bool:
        """Whether it is others' turn, and whatever is open to the reader lies beside the way."""
        return bool(self.turn.others) and not self.turn.mine and all(form.beside for form in self.forms)

    def since(self, version: int) -> tuple["Told", ...]:
        """What happened since a version of the subject, the newest first."""
        return tuple(told for told in self.timeline if told.event.sequence > version)


def page(
    kind: Kind, number: str, standing: Standing, *, attempt: Attempt | None = None, begin: Typed | None = None
) -> SubjectPage:
    """The page of a subject that the actor may see; `begin` says with what a form begins. Raises Unknown."""
    view = kind.view(number, standing.actor, now=standing.now)
    facts = view.facts
    offers = kind.life.offers(facts, standing.actor, standing.now)
    besides = besides_of(kind.word)
    readings = besides.readings(view, standing)
    sent, instructed, files, drawn, begun_before, *told = gather(
        supervision.on_subject(facts.subject, standing.actor),
        instructions.naming_subject(facts.subject, standing.actor),
        attachments.reading_of(kind.word, number),
        documents.reading_of(kind.word, number),
        drafts.reading_of(standing.actor.account, f"{kind.word}:{number}"),
        *readings.values(),
    )
    ours = {id for row in drawn for id in (row.pdf, row.word)}
    details = besides.details(view, standing, dict(zip(readings, told, strict=True)))
    begun: Sequence[Begun] = details.pop("begun", ())
    recorded = record.events_of([facts.subject, *(one.subject for one in begun)])
    events = recorded[facts.subject]
    known = directory(standing.jurisdiction.code, details.pop("accounts") - {""}, now=standing.now)
    open_duties = tuple(d for d in view.duties if d.discharged_at is None)
    elsewhere: Mapping[str, Elsewhere] = details.pop("elsewhere", {})
    live = [o for o in offers if o.mine and o.refusal is None]
    to_do = next_of(kind.table, facts.stage, open_duties, standing.actor, offers, elsewhere=elsewhere)
    lost = attempt if attempt and attempt.act not in {o.act for o in live} else None
    barred = tuple(o for o in offers if o.mine and o.refusal is not None)
    choices = Choices(standing, known.units, [(m.unit, m.name) for m in getattr(facts, "present", ())])
    forms = _forms(
        kind,
        facts,
        live,
        to_do,
        choices,
        attempt,
        begin,
        _own_last(events, standing),
        _Desk(standing, drafts.opened(begun_before)),
    )
    return SubjectPage(
        kind=kind,
        view=view,
        turn=_turn(kind.table.rows_from(facts.stage), open_duties, standing.actor, to_do, elsewhere),
        open_duties=open_duties,
        past_duties=tuple(d for d in view.duties if d.discharged_at is not None),
        forms=forms,
        on_site=any(form.open and form.offer.fields.on_site for form in forms),
        barred=barred,
        others=tuple(o for o in offers if not o.mine),
        timeline=tuple(_told(kind, event, known.names, load_pack(facts.pack)) for event in reversed(events)),
        flow=_flow(
            facts.pack,
            get_language(),
            (
                Course(kind.table, facts.stage, way_of(events), tuple(o.act for o in live)),
                *(Course(one.branch.table, one.stage, way_of(recorded[one.subject])) for one in begun),
            ),
            tuple(one.branch for one in begun),
        ),
        attachments=tuple(sorted((file for file in files if file.id not in ours), key=lambda file: file.id)),
        for_requester=frozenset(int(str(id)) for e in events for id in _listed(e.facts.get("for_requester"))),
        papers=papers_of(kind, facts, drawn, standing.actor),
        sent=tuple(supervision.newest_first(sent)),
        instructed=tuple(sorted(instructed, key=lambda one: one.number, reverse=True)),
        may_urge=_may_urge(kind.word, open_duties, standing, known.units),
        lost=lost,
        lost_said=_typed(lost, ACTS[kind.word, lost.act].fields, choices) if lost else (),
        asked_for=_asked_for(kind, facts, live, events, known.names),
        details={**details, "people": known.people},
    )


def _may_urge(word: str, open_duties: Sequence[DutyRow], standing: Standing, units: Sequence[UnitFacts]) -> bool:
    """Whether somebody else owes something here that the reader may urge them about."""
    rulebook = load_pack(standing.jurisdiction.pack)
    mine = supervision.issuing_units(standing.actor, units, rulebook)
    others = any(duty.holder not in mine and not duty.paused for duty in open_duties)
    return bool(mine) and others and word not in SENT and rulebook.binds(norms.SUPERVISE_URGE)


SENT = frozenset(map(str, Directive))
"""What is sent itself: its own acts urge again."""


def _listed(said: object) -> list[object]:
    return said if isinstance(said, list) else []


@of_packs
@lru_cache(maxsize=1024)
def _flow(pack: str, language: str | None, courses: tuple[Course, ...], branches: tuple[Branch, ...]) -> Flow:
    """The drawing in that language, which is the page's: many subjects have gone the same way."""
    rulebook = load_pack(pack)
    binds, say = rulebook.binds, partial(label_under, rulebook)
    there = [replace(course, table=course.table.under(binds)) for course in courses]
    return draw(there, binds, branches=[branch.under(binds) for branch in branches], say=say)


def way_of(events: Iterable[EventRow]) -> tuple[Step, ...]:
    """The way that a record tells."""
    return tuple(Step(str(e.facts["act"]), str(e.facts["stage"])) for e in events if "stage" in e.facts)


def papers_of(kind: Kind, facts: Any, drawn: list[DocumentRow], actor: Actor) -> Papers:
    """The documents of a subject for its page, the newest first, and what can be drawn up by whom."""
    ready = [paper for paper in papers.papers_of(kind.word) if paper.ask(facts) is None]
    mine = tuple(paper for paper in ready if paper.seat(facts, actor))
    others = tuple((paper, paper.issuers(facts)) for paper in ready if paper not in mine)
    return Papers(tuple(documents.newest_first(drawn)), mine, others)


def _turn(
    steps: Sequence[Move],
    open_duties: Sequence[DutyRow],
    actor: Actor,
    to_do: Primary[DutyRow],
    elsewhere: Mapping[str, Elsewhere],
) -> Turn:
    """Of what others owe, what waits for another act (a dispatch, while the decline is under review) comes last."""
    ours = own(open_duties, actor)
    to_be_done = {d.kind for d in open_duties if any(m.fulfils(d.kind) or d.kind in m.advances for m in steps)}
    others = sorted(
        (d for d in open_duties if d not in ours), key=lambda d: (d.paused, d.kind not in to_be_done, d.due_at)
    )
    first = to_do.duty
    if first is None or not (to_do.acts or to_do.elsewhere):
        return Turn((), tuple(ours), tuple(others), None)
    mine = (first, *(duty for duty in ours if duty is not first))
    return Turn(mine, (), tuple(others), elsewhere[first.kind] if to_do.elsewhere else None, to_do.word)


def _forms(
    kind: Kind,
    facts: Any,
    live: list[Offer],
    to_do: Primary[DutyRow],
    choices: Choices,
    attempt: Attempt | None,
    begin: Typed | None,
    last: str,
    desk: "_Desk",
) -> tuple[ActForm, ...]:
    """The forms of what may be done: what comes next first, what gives back, ends or blames last."""
    asked = attempt.act if attempt else begin.one("act") if begin else ""
    acts = {o.act for o in live}
    left = next((act for draft in desk.drafts if (act := draft.form.rpartition("/")[2]) in acts), "")
    opened = asked if asked in acts else left or to_do.opens
    rows = kind.table.rows_from(facts.stage)
    against = {str(m.act) for m in rows if m.weight is Weight.AGAINST}
    beside = {str(m.act) for m in rows if m.weight is Weight.SIDE}
    parallel = {str(m.act) for m in rows if m.parallel}
    ordered = sorted(live, key=lambda o: (o.act not in to_do.acts, o.act in against))
    undone = ACTS[(kind.word, last)].word.label if (kind.word, last) in ACTS else ""
    back = {o.act for o in live if undone and undoes(kind.table, o.act, facts.stage, last)}
    return tuple(
        replace(
            _form(kind, facts, o, o.act == opened, choices, attempt, begin, desk),
            undoes=undone if o.act in back else "",
            against=o.act in against,
            beside=o.act in beside,
            parallel=o.act in parallel,
            asked=o.act == asked,
        )
        for o in ordered
    )


UNDO_WITHIN = timedelta(minutes=30)
"""How long one's own last act is offered to be taken back under that name."""


def _own_last(events: Sequence[EventRow], standing: Standing) -> str:
    """The last act on the subject, if it was the actor's own and is not long ago."""
    acts = [e for e in events if "stage" in e.facts]
    if not acts or acts[-1].account != standing.actor.account or standing.now - acts[-1].at > UNDO_WITHIN:
        return ""
    return str(acts[-1].facts["act"])


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who sits before the page, and what they had begun to type there, the newest first."""

    standing: Standing
    drafts: Sequence[Draft]


def _form(
    kind: Kind,
    facts: Any,
    offer: Offer,
    opened: bool,
    choices: Choices,
    attempt: Attempt | None,
    begin: Typed | None,
    desk: _Desk,
) -> ActForm:
    tried = attempt if attempt and attempt.act == offer.act else None
    named = begin if begin and begin.one("act") == offer.act else None
    mark = mark_of_act(desk.standing, kind.word, facts.number, offer.act, kind.page_of(facts.number))
    kept = given_back(mark, desk.drafts, version=facts.version)
    if tried or (named and named.values.keys() & offer.fields.model_fields.keys()):
        kept = replace(kept, draft=None)
    begun = {} if named and named.values.keys() & offer.fields.model_fields.keys() else _begun(kind, facts, offer)
    typed = (
        tried.typed if tried else typed_of(kept.draft) if kept.draft else Typed(begun) if begun else named or Typed()
    )
    wrong = tried.errors if tried else {}
    made = controls(
        offer.fields,
        prefix=offer.act,
        typed=typed,
        choices=choices,
        errors=wrong,
        allowed=offer.allowed,
        needs=offer.needs,
        begun=begun,
        left_off=offer.left_off,
    )
    asked = (c for c in made if _asked_of(offer.fields.model_fields[c.name], facts))
    shown = tuple(replace(c, label=offer.titles.get(c.name, c.label)) for c in asked)
    return ActForm(offer, shown, opened, tried, kept=kept)


def _begun(kind: Kind, facts: Any, offer: Offer) -> dict[str, list[str]]:
    """With what the form begins that was said of the subject before."""
    begins = ACTS[kind.word, offer.act].begins
    said = begins(facts) if begins else {}
    return {name: [control_moment(v) if isinstance(v, datetime) else str(v)] for name, v in said.items() if v}


def _asked_of(info: FieldInfo, facts: Any) -> bool:
    """Whether the field says something of this subject: one may need a fact without which it is not shown."""
    extra = info.json_schema_extra
    need = extra.get("needs") if isinstance(extra, dict) else None
    return not need or getattr(facts, str(need), None) not in (None, ())


def _told(kind: Kind, event: EventRow, names: Mapping[str, str], rulebook: Pack) -> Told:
    act = str(event.facts.get("act", ""))
    declared = ACTS.get((kind.word, act))
    post = rulebook.posts.get(event.post)
    return Told(
        event=event,
        act=declared.word.label if declared else "",
        where=names.get(event.unit, event.unit),
        post=post.label if post else "",
        said=_said(event.private or {}, declared.fields if declared else None),
        opened=tuple(
            gettext("%(duty)s（%(unit)s，%(moment)s前）")
            % {
                "duty": label_of(kind.labels.get(str(duty), str(duty))),
                "unit": names.get(str(holder), str(holder)),
                "moment": moment(datetime.fromisoformat(str(due_at))),
            }
            for duty, holder, due_at in _rows(event.facts.get("opens"))
        ),
        settled=tuple(
            (kind.labels.get(str(duty), str(duty)), Outcome(str(outcome)))
            for duty, outcome, *_ in _rows(event.facts.get("settles"))
        ),
        refused=event.kind == "record.attempt-refused",
    )


def _rows(value: object) -> list[list[object]]:
    return value if isinstance(value, list) else []


def _said(private: Mapping[str, object], form: type[Fields] | None) -> tuple[Said, ...]:
    """What was typed with the act, under the labels of its form."""
    asked = form.model_fields if form else {}
    return tuple(
        Said((asked[name].title or "") if name in asked else "", _word(value, asked[name].annotation))
        if name in asked
        else Said("", str(value))
        for name, value in private.items()
    )


def _typed(tried: Attempt, form: type[Fields], choices: Choices) -> tuple[Said, ...]:
    """What was filled in, sound or not, as the controls of its form say it."""
    made = controls(form, prefix=tried.act, typed=tried.typed, choices=choices)
    return tuple(Said(control.label, "、".join(said)) for control in made if (said := _words_of(control, tried.typed)))


def typed_words(kind: Kind, act: str, typed: Typed, standing: Standing) -> tuple[Said, ...]:
    """What somebody filled in for an act, to be given back where the subject is shown no more."""
    return _typed(Attempt(act, typed, {}), ACTS[kind.word, act].fields, Choices(standing))


def _words_of(control: Control, typed: Typed) -> list[str]:
    """What somebody filled in there, in the words in which they chose it."""
    if control.kind == "check":
        return ["是"] if typed.one(control.name) else []
    if control.kind == "attachments":
        return [file.name for file in control.kept]
    if control.kind == "moment":
        return [value.replace("T", " ") for value in typed.all(control.name) if value]
    words = {choice.value: str(choice.label) for choice in control.choices}
    return [words.get(value, value) for value in typed.all(control.name) if value]


UNITS = ("unit", "any_unit", "units", "any_units")
"""Controls in which units are chosen."""


class Under(Protocol):
    """A subject at a stage, under a regulation."""

    @property
    def stage(self) -> Vocabulary: ...

    @property
    def pack(self) -> str: ...


def _asked_for(
    kind: Kind, facts: Under, live: Sequence[Offer], events: Sequence[EventRow], names: Mapping[str, str]
) -> Told | None:
    """The act after which the reader owes a choice between answers, with all that was said with it."""
    acts = {o.act for o in live}
    choices = [m for m in kind.table.rows_from(facts.stage) if m.weight is Weight.CHOICE and m.act in acts]
    asking = [
        event
        for event in events
        if any(m.fulfils(str(duty)) for duty, *_ in _rows(event.facts.get("opens")) for m in choices)
    ]
    if not asking:
        return None
    told = _told(kind, asking[-1], names, load_pack(facts.pack))
    declared = ACTS.get((kind.word, str(told.event.facts.get("act", ""))))
    form = declared.fields.model_fields if declared else {}
    named = [(info.title or name, told.event.facts.get(name)) for name, info in form.items() if widget(info) in UNITS]
    units = [(title, said if isinstance(said, list) else [said]) for title, said in named if said]
    meant = [Said(title, "、".join(names.get(str(code), str(code)) for code in said)) for title, said in units]
    return replace(told, said=(*told.said, *meant)) if told.said or meant else None


def _word(value: object, annotation: Any) -> str:
    kinds = (annotation, *typing.get_args(annotation))
    words = next((k for k in kinds if isinstance(k, type) and issubclass(k, Vocabulary)), None)
    if words is not None and str(value) in {word.value for word in words}:
        return words(str(value)).label
    return ("是" if value else "否") if isinstance(value, bool) else str(value)
