"""How a matter comes on the ledger: proposed or reported, entered or dropped, classified."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bihuan.attachments import commands as attachments
from bihuan.cases import commands as case_commands
from bihuan.cases import queries as cases
from bihuan.cases.commands import SIGHT as CASE_SIGHT
from bihuan.cases.rules import impartial
from bihuan.cases.types import Accusing, CaseFacts, Part
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.duties import commands as duties
from bihuan.duties import queries as known
from bihuan.duties.life import Locked
from bihuan.duties.types import Opening
from bihuan.instructions import commands as instructions
from bihuan.instructions import queries as instruction_queries
from bihuan.instructions import rules as confirming
from bihuan.instructions.types import (
    Deny,
    Entered,
    Instruction,
    InstructionDenied,
    InstructionRow,
    InstructionVerified,
    Purpose,
    Verify,
)
from bihuan.intake import queries as intake
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.phone import confirmation
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.kernel.stages import Move
from bihuan.matters import queries, rules
from bihuan.matters.commands import following
from bihuan.matters.commands.life import LIFE
from bihuan.matters.commands.life import join as take_part
from bihuan.matters.commands.track import take_along
from bihuan.matters.models import Matter, Participation, Round
from bihuan.matters.numbers import list_number, matter_number
from bihuan.matters.stages import TABLE
from bihuan.matters.types import Act, DutyKind, KeyBasis, MatterClass, MatterFacts, Stage
from bihuan.matters.types.forms import AddKeyPaper, Classify, Drop, Explain, Join, Propose, Register, Report
from bihuan.matters.types.happenings import (
    CandidateDropped,
    CandidateExplained,
    CandidateJoined,
    CandidateProposed,
    CandidateReported,
    KeptOffList,
    KeyPaperAdded,
    MatterClassified,
    MatterListed,
    SourceJoined,
    UnsolvedProposed,
)
from bihuan.meetings import queries as meetings
from bihuan.meetings import rules as meeting_rules
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import JurisdictionFacts, Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.ladders import Do
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Capacity, Pack
from bihuan.record import queries as record
from bihuan.record.commands import NOWHERE, append, begin, command, count_up, lock, lock_all
from bihuan.record.retrying import whole
from bihuan.record.types import Chain, Done
from bihuan.requesters import commands as requesters
from bihuan.requesters.types import Identity
from bihuan.text.entries import entry_of


@dataclass(frozen=True, slots=True)
class _Books:
    """The ledger of a jurisdiction, held so that no other candidate is taken up meanwhile."""

    place: JurisdictionFacts
    pack: Pack
    offices: tuple[UnitFacts, ...]
    counter: str

    def office(self, case: Accusing | None = None) -> str:
        """Who keeps the list; another body of the kind where the request complains of that in secret."""
        return (impartial(self.offices, case) if case else self.offices)[0].code


def _open_books(jurisdiction: str, now: datetime) -> _Books:
    """The books as they are kept for what begins now."""
    place = organisations.jurisdiction(jurisdiction, now=now)
    pack = load_pack(place.pack)
    offices = organisations.units_with(Capacity.OFFICE, place.code, now=now)
    granted(rules.may_be_kept_by(next(iter(offices), None)))
    return _Books(place, pack, offices, hold_books(place.code, now))


def _under(books: _Books, case: str) -> _Books:
    """The books as they are kept for a case that began under that version: its matter stands under the same."""
    return books if case == books.pack.ref else replace(books, pack=load_pack(case))


_OF_THE_LIST = (Capacity.OFFICE, Capacity.SUPERVISION)


def _may_be_listed(case: CaseFacts, now: datetime) -> Refusal | None:
    bodies = [organisations.units_with(kind, case.jurisdiction, now=now) for kind in _OF_THE_LIST]
    return rules.may_be_listed(case, bodies=bodies)


def hold_books(jurisdiction: str, now: datetime) -> str:
    """Let nobody else take up a candidate until the transaction ends; answers the counter of their numbers."""
    counter = f"matter/{jurisdiction}/{organisations.today(now).year}"
    count_up(counter, jurisdiction, by=0)
    return counter


def _begins(books: _Books, act: Act, actor: Actor, reporter: str) -> tuple[Move, Seat]:
    """The row along which the actor may begin a matter. Raises Refused."""
    found = TABLE.find(None, act, actor, {str(Part.REPORTER): frozenset({reporter})}, books.pack.binds)
    if isinstance(found, Refusal):
        raise Refused(found)
    return found


def _take_up(
    books: _Books,
    matter: Matter,
    happening: CandidateProposed | UnsolvedProposed | CandidateReported,
    *,
    begins: tuple[Move, Seat],
    reporter: str,
    actor: Actor,
) -> Done:
    """Write a new candidate and begin its life."""
    now = matter.proposed_at
    matter.jurisdiction, matter.pack, matter.proposed_by = books.place.code, books.pack.ref, actor.account
    matter.stage, matter.stage_at = Stage.CANDIDATE, now
    _index(matter)
    matter.save(force_insert=True)
    taking_part = {(reporter, Part.REPORTER), (happening.office, Part.OFFICE)}
    Participation.objects.bulk_create(
        Participation(matter=matter, unit=unit, part=part, since=now) for unit, part in sorted(taking_part)
    )
    move, seat = begins
    facts = queries.facts(matter.number)
    chain = begin(facts.subject, books.place.code)
    return LIFE.open_first(chain, facts, happening, move=move, seat=seat, actor=actor, now=now)


def _index(matter: Matter) -> None:
    """Let the search know the matter."""
    numbers = (matter.number, matter.list_number, matter.origin_number, matter.case_id)
    entry = entry_of(matter.title, matter.content, " ".join(filter(None, numbers)))
    matter.folded, matter.grams = entry.folded, entry.grams


@whole
def index_next(*, most: int = 500) -> int:
    """Let the search know the newest matters that it does not know yet; answers how many. Several may do it at once."""
    rows = list(Matter.objects.select_for_update(skip_locked=True).filter(grams__isnull=True).order_by("-id")[:most])
    for row in rows:
        _index(row)
    Matter.objects.bulk_update(rows, ["folded", "grams"], batch_size=100)
    return len(rows)


def _next_number(books: _Books, now: datetime) -> str:
    sequence = count_up(books.counter, books.place.code)
    return matter_number(books.place.matter_prefix, organisations.today(now).year, sequence)


@command(subject="matter", act=Act.PROPOSE, fields=Propose)
def propose(*, fields: Propose, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Make a case that is overdue or unsolved a candidate; its owner must still tell why it was not solved."""
    books = _open_books(actor.jurisdiction, now)
    case = cases.visible_facts(fields.case, actor)
    books = _under(books, case.pack)
    begins = _begins(books, Act.PROPOSE, actor, case.desk)
    listed_as = queries.open_of_case(case.number)
    granted(rules.may_propose(case, listed_as=listed_as, now=now), _may_be_listed(case, now), binds=books.pack.binds)
    unsolved = rules.is_unsolved(case)
    due_at = known.first_due(case.subject, CaseDuty.HANDLE) if unsolved else rules.tier1_due_at(case)
    matter = Matter(
        number=_next_number(books, now),
        case_id=case.number,
        channel=case.channel,
        title=case.title,
        content=cases.content(case.number),
        requester=case.requester,
        tier1_due_at=due_at,
        done=_history(case),
        proposed_at=now,
    )
    said: dict[str, Any] = {
        "case": case.number,
        "channel": case.channel,
        "tier1_due_at": due_at,
        "digest": _digest(matter),
        "office": books.office(case),
    }
    happening = UnsolvedProposed(**said) if unsolved else CandidateProposed(**said)
    return _take_up(books, matter, happening, begins=begins, reporter=case.desk, actor=actor)


@command()
def put_forward(*, number: str, actor: Actor, now: datetime) -> bool:
    """Make a case a candidate; answers whether it is one.

    Where the list's own bodies are complained of in secret it is none: its record tells why, and the supervision body
    sees it, unless that is complained of itself.
    """
    case = cases.visible_facts(number, actor)
    if _may_be_listed(case, now) is None:
        propose(fields=Propose(case=number), actor=actor, now=now)
        return True
    bodies = {kind: organisations.units_with(kind, case.jurisdiction, now=now) for kind in _OF_THE_LIST}
    watching = impartial(bodies[Capacity.SUPERVISION], case)[:1]
    case_commands.let_join(number, {unit.code: str(Part.SUPERVISION) for unit in watching}, now=now)
    happening = KeptOffList(
        accused="、".join(b.name for kind in _OF_THE_LIST for b in bodies[kind] if b.code in case.accused),
        watched="".join(f"，{unit.name}可以查看" for unit in watching),
        supervision=tuple(unit.code for unit in watching),
    )
    case_commands.note(number, happening, actor=actor, seat=NOWHERE, norm=norms.IDENTITY_PROTECTED, now=now)
    return False


def _digest(matter: Matter) -> str:
    return hashlib.sha256(f"{matter.title}\n{matter.content}".encode()).hexdigest()


def _history(case: CaseFacts) -> str:
    """What the record tells of the case so far, a line an event."""
    return "\n".join(f"{organisations.today(e.at)} {e.sentence}" for e in record.events(case.subject))


@command(subject="matter", act=Act.REPORT, fields=Report)
def report(*, fields: Report, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The owner of a channel reports what was not solved in time, by case number or from its own books."""
    if fields.case:
        _hold_case(fields.case, actor)
    books = _open_books(actor.jurisdiction, now)
    case = _own_case(fields.case, actor, now) if fields.case else None
    matter, reporter = _reported_case(fields, case) if case else _reported_own(fields, books, actor, now)
    books = _under(books, matter.pack)
    begins = _begins(books, Act.REPORT, actor, reporter)
    granted(
        rules.may_enter(
            tier1_due_at=matter.tier1_due_at,
            done=fields.done,
            why_unresolved=fields.why_unresolved,
            override_reason=fields.override_reason,
            now=now,
        ),
        binds=books.pack.binds,
    )
    if not fields.case and (fields.name or fields.phone):
        identity = Identity(name=fields.name, phone=fields.phone)
        matter.requester = requesters.keep(jurisdiction=books.place.code, identity=identity)
    matter.number, matter.proposed_at = _next_number(books, now), now
    matter.done, matter.why_unresolved = fields.done, fields.why_unresolved
    matter.override_reason = fields.override_reason
    attachments.bind(ids=fields.attachments, subject_kind="matter", subject_number=matter.number, actor=actor)
    happening = CandidateReported(
        case=matter.case_id or "",
        channel=matter.channel,
        channel_label=books.pack.channels[matter.channel].label,
        origin_number=matter.origin_number,
        reporter=reporter,
        reporter_name=organisations.unit_names([reporter]).get(reporter, reporter),
        tier1_due_at=matter.tier1_due_at,
        done=fields.done,
        why_unresolved=fields.why_unresolved,
        override_reason=fields.override_reason,
        digest=_digest(matter),
        office=books.office(case),
        attachments=fields.attachments,
        phone_confirmed=confirmation(fields.phone, special=fields.phone_special),
    )
    return _take_up(books, matter, happening, begins=begins, reporter=reporter, actor=actor)


def _hold_case(number: str, actor: Actor) -> None:
    """Let nobody end the case meanwhile, if the actor sees it; the case is locked before the books."""
    with suppress(Unknown):
        lock(f"case:{number}", where=CASE_SIGHT.condition(number, actor))


def _own_case(number: str, actor: Actor, now: datetime) -> CaseFacts:
    """The case that the actor's own desk took in, if it may be reported."""
    try:
        case: CaseFacts | None = cases.visible_facts(number, actor)
    except Unknown:
        case = None
    if case is not None and case.desk not in actor.units:
        case = None
    granted(rules.may_report_case(case, listed_as=queries.open_of_case(number)))
    assert case is not None
    granted(_may_be_listed(case, now))
    return case


def _reported_case(fields: Report, case: CaseFacts) -> tuple[Matter, str]:
    """A matter made of a case."""
    matter = Matter(
        case_id=case.number,
        pack=case.pack,
        channel=case.channel,
        title=case.title,
        content=cases.content(case.number),
        requester=case.requester,
        tier1_due_at=rules.tier1_due_at(case) or fields.tier1_due_at,
    )
    return matter, case.desk


def _grant_number(fields: Report, actor: Actor) -> None:
    """Whether the channel's number names nothing yet; what it names is told as far as the actor may see it."""
    known = intake.case_of_source(actor.jurisdiction, fields.channel, fields.origin_number)
    seen = known and cases.visible_to(actor).filter(number=known).exists()
    matter = queries.of_number(fields.channel, fields.origin_number, actor)
    case = f"工单{known}" if seen else "一件工单" if known else ""
    granted(rules.may_use_number(origin_number=fields.origin_number, matter=matter, case=case))


def _reported_own(fields: Report, books: _Books, actor: Actor, now: datetime) -> tuple[Matter, str]:
    """A matter that stands in the reporter's own books alone."""
    desk = organisations.desk_of(fields.channel, books.place.code, now=now)
    granted(
        rules.may_report_own(
            channel=fields.channel, desk=desk, title=fields.title, content=fields.content, pack=books.pack
        )
    )
    if fields.origin_number:
        _grant_number(fields, actor)
    assert desk is not None
    matter = Matter(
        pack=books.pack.ref,
        channel=fields.channel,
        origin_number=fields.origin_number,
        title=fields.title,
        content=fields.content,
        tier1_due_at=fields.tier1_due_at,
    )
    return matter, desk


@command(subject="matter", act=Act.EXPLAIN, fields=Explain)
def explain(*, number: str, fields: Explain, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The owner of the channel tells what was done and why it was not solved in time."""
    locked = LIFE.begin(number, Act.EXPLAIN, actor=actor, now=now, version=version)
    attachments.bind(ids=fields.attachments, subject_kind="matter", subject_number=number, actor=actor)
    happening = CandidateExplained(
        done=fields.done, why_unresolved=fields.why_unresolved, attachments=fields.attachments
    )
    return LIFE.advance(locked, happening, changes={"done": fields.done, "why_unresolved": fields.why_unresolved})


def _find_also_by(number: str, listed_as: str) -> None:
    """Let the search find the matter by its number on the list."""
    row = Matter.objects.select_for_update().get(number=number)
    row.list_number = listed_as
    _index(row)
    row.save(update_fields=["folded", "grams"])


def _as_reported(matter: MatterFacts) -> dict[str, object]:
    return {name: getattr(matter, name) for name in ("tier1_due_at", "done", "why_unresolved")}


@command(
    subject="matter",
    act=Act.REGISTER,
    fields=Register,
    ask=rules.may_register,
    begins=_as_reported,
    required=rules.asked_of_entry,
)
def register(*, number: str, fields: Register, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Enter the candidate in the ledger under the next number of the list, with its case, by the entry guard."""
    locked = LIFE.begin(number, Act.REGISTER, actor=actor, now=now, version=version)
    matter = locked.facts
    reported = matter.tier1_due_at
    kept = reported and fields.tier1_due_at == reported.replace(second=0, microsecond=0)  # as a page shows it
    entered: dict[str, Any] = {
        "tier1_due_at": reported if kept else fields.tier1_due_at or reported,
        "done": fields.done or matter.done,
        "why_unresolved": fields.why_unresolved or matter.why_unresolved,
        "office_override_reason": fields.override_reason,
    }
    locked.grant(
        *locked.lacks(fields),
        rules.may_enter_for(matter, on_behalf_because=fields.on_behalf_because, now=now),
        rules.may_be_entered(matter, actor, **entered, now=now),
    )
    entered["on_behalf_because"] = fields.on_behalf_because
    place = organisations.jurisdiction(matter.jurisdiction)
    year = organisations.today(now).year
    listed_as = list_number(place.matter_prefix, year, count_up(f"list/{place.code}/{year}", place.code))
    Round.objects.create(matter_id=number, round=matter.round, entered_at=now)
    _find_also_by(number, listed_as)
    done = LIFE.advance(
        locked,
        MatterListed(
            list_number=listed_as,
            overridden=bool(fields.override_reason),
            specially="（特殊列入）" if fields.override_reason else "",
            on_behalf="（代为登记）" if fields.on_behalf_because else "",
            override_reason=matter.override_reason,
            **entered,
        ),
        changes={"list_number": listed_as, **entered},
    )
    take_along(locked)
    return done


def look_again(number: str, *, own: str | None = None) -> None:
    """A matter is over: of its own case, where it left that, and of those joined to it, what is late comes again."""
    cases_left = [*queries.cases_joined(number), *([own] if own else [])]
    if cases_left:
        duties.step_again([f"case:{case}" for case in cases_left], rules.TIER_1, Do.LIST)


@command(subject="matter", act=Act.DROP, fields=Drop, ask=rules.may_drop)
def drop(*, number: str, fields: Drop, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Do not enter the candidate; where the clock does so its case has ended, and nobody owes the entry any more.

    What is late all the same, or once more by a later moment, is proposed again.
    """
    locked = LIFE.begin(number, Act.DROP, actor=actor, now=now, version=version)
    spares = () if locked.seat.post == Post.LIST_KEEPER else (DutyKind.REGISTER,)
    done = LIFE.advance(locked, CandidateDropped(reason=fields.reason), spares=spares)
    look_again(number, own=locked.facts.case)
    return done


@command(subject="matter", act=Act.JOIN, fields=Join)
def join(*, number: str, fields: Join, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Put the candidate to another matter that is the same; whoever reported it takes part there, its sources stand."""
    seen, kept = LIFE.see(number, actor), queries.named(fields.into, actor)
    held = lock_all([seen.subject, *([kept.subject] if kept else [])])
    locked = LIFE.begin(number, Act.JOIN, actor=actor, now=now, version=version, held=held[seen.subject])
    matter, kept = locked.facts, queries.facts(kept.number) if kept else None
    locked.grant(rules.may_join(matter, kept))
    assert kept is not None
    _tell_kept(locked, kept, held[kept.subject])
    return LIFE.advance(
        locked, CandidateJoined(into=kept.number, reason=fields.reason), changes={"joined_to": kept.number}
    )


def _tell_kept(locked: Locked[MatterFacts], kept: MatterFacts, chain: Chain) -> None:
    """Whoever reported the candidate takes part in the one that is kept, which tells where that came from."""
    matter, row = locked.facts, Matter.objects.get(number=locked.facts.number)
    reporter = min(matter.parts[Part.REPORTER])
    take_part(kept.number, Part.REPORTER, [reporter], now=locked.now)
    said = SourceJoined(
        number=matter.number,
        channel=matter.channel,
        channel_label=locked.pack.channels[matter.channel].label,
        origin=f"，原编号{row.origin_number}" if row.origin_number else "",
        case=matter.case or "",
        reporter=reporter,
        reporter_name=organisations.unit_names([reporter]).get(reporter, reporter),
    )
    by, norm = locked.seat, locked.move.norm
    append(chain, said, actor=locked.actor, seat=by, norm=norm, pack=locked.pack, now=locked.now)


@command(subject="matter", act=Act.CLASSIFY, fields=Classify)
def classify(*, number: str, fields: Classify, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Say how much the matter weighs; what is key needs a meeting or an instruction behind it."""
    locked = LIFE.begin(number, Act.CLASSIFY, actor=actor, now=now, version=version)
    matter = locked.facts
    fields = instructions.by_number(
        locked,
        fields,
        subjects=[matter.subject, f"case:{matter.case}"],
        purpose=Purpose.KEY,
        stands_in={"text": "instruction", "scan": "attachments"},
    )
    fields = _by_meeting(locked, fields)
    locked.grant(
        rules.may_rest_on_number(fields.key_basis, by_number=bool(fields.instruction_number)),
        rules.may_rest_on_meeting(fields.key_basis, by_meeting=bool(fields.meeting_number)),
        rules.may_classify(
            before=matter.matter_class,
            after=fields.matter_class,
            key_basis=fields.key_basis,
            reference=fields.reference,
            minutes=bool(fields.attachments or fields.meeting_number),
            pack=locked.pack,
        ),
    )
    entered = _decided(locked, fields)
    paperless = fields.key_basis is KeyBasis.MEETING and not (fields.attachments or fields.meeting_number)
    opens = (*entered.opens, *_owed_paper(locked, paperless=paperless))
    if entered.part:
        take_part(number, Part(entered.part), entered.bodies, now=now)
    watched = following.weighed_anew(locked, fields.matter_class)
    said: dict[str, Any] = {
        "key_basis": fields.key_basis,
        "reference": fields.reference,
        "leader": entered.leader or fields.leader,
        "instruction": fields.instruction,
    }
    by_decision = f"（{fields.key_basis.label}，{fields.reference}）" if fields.key_basis else ""
    return LIFE.advance(
        locked,
        MatterClassified(
            matter_class=fields.matter_class,
            by_decision=by_decision,
            attachments=fields.attachments,
            leader_account=entered.account,
            issued_on=entered.issued_on,
            **said,
        ),
        changes={
            **said,
            "key_basis": str(fields.key_basis or ""),
            "matter_class": str(fields.matter_class),
            "paperless": paperless,
        },
        singly=replace(watched, opens=(*opens, *watched.opens)),
    )


def _by_meeting(locked: Locked[MatterFacts], fields: Classify) -> Classify:
    """Where a meeting is named, it was signed and decided so: its minutes are the reference, and stand with it."""
    if not fields.meeting_number:
        return fields
    matter = locked.facts
    found = meetings.named(fields.meeting_number, matter.jurisdiction)
    about = {matter.subject, *([f"case:{matter.case}"] if matter.case else [])}
    decisions = meetings.decisions_of(found.id) if found else ()
    locked.grant(
        *locked.beyond(fields), meeting_rules.may_rest_on(found, decisions, subjects=about, field="meeting_number")
    )
    return fields.model_copy(update={"reference": found.minutes_number}) if found else fields


def _decided(locked: Locked[MatterFacts], fields: Classify) -> Entered:
    """What makes the matter weigh so: a leader's instruction, whole, or what a meeting decided."""
    matter = locked.facts
    if fields.key_basis is not KeyBasis.INSTRUCTION:
        kept = {"subject_kind": "matter", "subject_number": matter.number}
        attachments.bind(ids=fields.attachments, actor=locked.actor, fresh=True, **kept)
        return Entered("")
    parts = (fields.leader, fields.leader_account, fields.issued_on, fields.reference, fields.instruction)
    return instructions.enter(
        locked,
        Instruction(*parts, fields.attachments, fields.instruction_number),
        subject=matter.subject,
        act=Act.CLASSIFY,
        verify=DutyKind.VERIFY,
        norm=norms.LIST_KEY_BASIS,
        stands_in={"text": "instruction", "scan": "attachments", "account": "leader_account"},
        before=queries.weighed(matter.number),
    )


def _owed_paper(locked: Locked[MatterFacts], *, paperless: bool) -> tuple[Opening, ...]:
    """The minutes that are not there yet, unless they are owed already."""
    if not paperless or DutyKind.KEY_PAPER in locked.facts.duties:
        return ()
    return (LIFE.opening(DutyKind.KEY_PAPER, locked.facts, locked.facts.parts, locked.pack),)


def _entered(matter: MatterFacts, now: datetime) -> InstructionRow | None:
    return instruction_queries.pending(matter.subject, now=now) if DutyKind.VERIFY in matter.duties else None


def _may_verify(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return confirming.may_verify(_entered(matter, now), actor, norm=norms.LIST_KEY_BASIS)


@command(subject="matter", act=Act.VERIFY, fields=Verify, ask=_may_verify)
def verify(*, number: str, fields: Verify, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The leader, or who stands for them, says that the instruction which the office entered was given."""
    locked = LIFE.begin(number, Act.VERIFY, actor=actor, now=now, version=version)
    found = instructions.confirm(locked, text=queries.instructed(number), purpose=Purpose.KEY)
    happening = InstructionVerified(leader=found.leader, reference=found.reference, entered_by=found.entered_by)
    return LIFE.advance(locked, happening, singly=instructions.done(locked, found, DutyKind.VERIFY))


@command(subject="matter", act=Act.DENY, fields=Deny, ask=_may_verify)
def deny(*, number: str, fields: Deny, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The instruction was not given: the matter weighs what it weighed before, or has to be weighed anew."""
    locked = LIFE.begin(number, Act.DENY, actor=actor, now=now, version=version)
    found = instructions.deny(locked)
    again = locked.facts.stage is Stage.CLASSIFIED
    before = {**queries.UNWEIGHED, **({} if again else found.before)}
    if not again and not before["matter_class"]:
        before["matter_class"] = str(MatterClass.GENERAL)
    weight = MatterClass(before["matter_class"]).label if before["matter_class"] else ""
    happening = InstructionDenied(
        leader=found.leader,
        reference=found.reference,
        entered_by=found.entered_by,
        entered_by_name=found.entered_by_name,
        effect="须重新分类" if again else f"仍按{weight}事项办理",
        reason=fields.reason,
    )
    changes = {**before, "instruction": "", "paperless": not again and DutyKind.KEY_PAPER in locked.facts.duties}
    lighter = MatterClass(before["matter_class"]) if before["matter_class"] else None
    watched, done = following.weighed_anew(locked, lighter), instructions.done(locked, found, DutyKind.VERIFY)
    singly = replace(done, lapses=(*done.lapses, *watched.lapses), opens=(*done.opens, *watched.opens))
    return LIFE.advance(locked, happening, changes=changes, singly=singly)


@command(subject="matter", act=Act.ADD_KEY_PAPER, fields=AddKeyPaper, ask=rules.may_add_key_paper)
def add_key_paper(*, number: str, fields: AddKeyPaper, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The minutes of the meeting that made the matter a key one."""
    locked = LIFE.begin(number, Act.ADD_KEY_PAPER, actor=actor, now=now, version=version)
    attachments.bind(ids=fields.attachments, subject_kind="matter", subject_number=number, actor=actor, fresh=True)
    reference = queries.weighed(number)["reference"]
    happening = KeyPaperAdded(reference=reference, attachments=fields.attachments)
    return LIFE.advance(locked, happening, changes={"paperless": False})
