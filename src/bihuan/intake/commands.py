"""Taking requests in: registering, accepting, and the special ends of a registration."""

import secrets
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from bihuan.attachments import commands as attachments
from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.models import Case, CaseText, Participation
from bihuan.cases.rules import may_be_known_to, may_rest_on, telling
from bihuan.cases.types import Act, CaseFacts, ClosureType, Departure, DutyKind, Part, Section, Stage, limit_scope
from bihuan.duties import commands as duties
from bihuan.duties.commands import due_after
from bihuan.duties.life import Beginnings, Locked
from bihuan.intake import queries, rules
from bihuan.intake.letters import Columns, Letter, digest_of, identity_of, searched, signature
from bihuan.intake.models import ColumnPlan, PublicSite, Source
from bihuan.intake.numbers import case_number, query_mark
from bihuan.intake.types import (
    Accept,
    AccusedNamed,
    AnswerAtOnce,
    AnsweredAtOnce,
    CaseAccepted,
    CaseJoined,
    CaseMerged,
    CaseRegistered,
    CaseSupplemented,
    CaseUnmerged,
    CaseWithdrawn,
    ColumnsKept,
    ConfirmDecline,
    Confirmed,
    ContestWithdrawal,
    DeclineConfirmed,
    DeclineProposed,
    DeclineRefused,
    HandedOverToEmergency,
    HandOver,
    JoinedLeft,
    JoinedSupplemented,
    LettersImported,
    Merge,
    NameAccused,
    ProposeDecline,
    PublicSiteClosed,
    PublicSiteOpened,
    QueryCodeRenewed,
    Refer,
    ReferredToPath,
    RefuseDecline,
    Register,
    Registration,
    RenewCode,
    Supplement,
    Unmerge,
    Withdraw,
    WithdrawalContested,
    WithdrawalHandedOn,
)
from bihuan.kernel.actor import REQUESTER, Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.needs import Allowed
from bihuan.kernel.phone import confirmation
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.localities import commands as places
from bihuan.localities import queries as localities
from bihuan.localities.rules import may_lie_at
from bihuan.organisations import queries as organisations
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Ground, GroundOf, Pack
from bihuan.record import queries as recorded
from bihuan.record.bulk import Copier, Int4s, take_ids, taking_ids
from bihuan.record.commands import NOWHERE, append, begin, command, counting_up, lock, lock_all
from bihuan.record.commands import numbers as numbers_taken
from bihuan.record.retrying import whole
from bihuan.record.types import Done, subject_of
from bihuan.record.unit_of_work import Pending, insert
from bihuan.requesters import commands as requesters
from bihuan.requesters import queries as identities
from bihuan.requesters.commands import Keeping
from bihuan.requesters.types import Identity
from bihuan.text.entries import Entry, kept
from bihuan.text.folding import SECTION

TOGETHER = 500
"""Of an import's letters: these are written while the next are made."""


@command(subject="case", act=Act.REGISTER, fields=Register)
def register(*, fields: Register, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Register a request; answers its number and, once, the query code by which the requester follows it."""
    counted, ids = _count(actor.jurisdiction, 1, now), taking_ids(Case, 1)
    on = queries.registration(fields.channel, actor, now=now)
    granted(
        rules.may_have_come(fields.received_at or now, now=now),
        rules.may_be_called(fields.urgency, pack=on.pack),
        rules.may_be_filed_under(fields.subject_code, pack=on.pack),
        rules.may_leave_no_name(fields, pack=on.pack),
    )
    listed = _must_be_listed([fields], on)
    _must_be_units([fields], on, now)
    if fields.origin_number and queries.known_origins(on.place.code, fields.channel, [fields.origin_number]):
        raise Refused(_registered_already(on, fields.origin_number, actor))
    ((id,), (number,)) = ids.answer, _numbers(on, counted.answer, 1, now)
    entry = searched(fields, listed.get(fields.place_code, ""))
    draft = _draft(fields, on, entry, digest_of(fields), actor=actor, now=now)
    known = draft.identity
    requester = requesters.keep(jurisdiction=on.place.code, identity=known) if known else None
    insert(Case, {"id": id, **_case(draft, number, requester)})
    insert(CaseText, _text(draft, id, number))
    insert(Participation, _participation(draft, id))
    twice = Refusal(f"渠道原编号{fields.origin_number}已登记。", None, field="origin_number")
    insert(Source, _source(draft, id), refusals={"source_registered_once": twice})
    if fields.attachments:
        attachments.bind(ids=fields.attachments, subject_kind="case", subject_number=number, actor=actor)
    facts = _facts(draft, number, requester)
    done = cases.LIFE.open_first(
        begin(facts.subject, on.place.code), facts, _happening(draft), move=on.move, seat=on.seat, actor=actor, now=now
    )
    return replace(done, secret=draft.code)


@command()
def register_many(
    *,
    letters: Sequence[Letter],
    actor: Actor,
    now: datetime,
    told: Callable[[Sequence[tuple[Letter, Done]]], None] = lambda registered: None,
) -> list[Done]:
    """Register letters of one channel by COPY, all of them or none: each exactly as `register` would.

    `told` is called within the transaction: where it cannot keep the query codes, nothing is registered.
    """
    (channel,) = {letter.fields.channel for letter in letters}
    on = queries.registration(channel, actor, now=now)
    for letter in letters:
        granted(
            rules.may_have_come(letter.fields.received_at or now, now=now),
            rules.may_be_called(letter.fields.urgency, pack=on.pack),
            rules.may_be_filed_under(letter.fields.subject_code, pack=on.pack),
        )
    listed = _must_be_listed([letter.fields for letter in letters], on)
    _must_be_units([letter.fields for letter in letters], on, now)
    drafts = [_draft(one.fields, on, _entry(one, listed), one.digest, actor=actor, now=now) for one in letters]
    keeping = Keeping(on.place.code, sum(draft.identity is not None for draft in drafts))
    kept = iter(keeping.numbers)
    numbers = _numbers(on, _count(on.place.code, len(letters), now).answer, len(letters), now)
    if taken := queries.known_origins(on.place.code, channel, [letter.fields.origin_number for letter in letters]):
        raise Refused(_registered_already(on, min(taken), actor))
    made = [
        (draft, id, number, next(kept) if draft.identity else None)
        for draft, id, number in zip(drafts, take_ids(Case, len(drafts)), numbers, strict=True)
    ]
    examples = {kind: _facts(draft, "", None) for kind, draft in {_kind(draft): draft for draft in drafts}.items()}
    lives = Beginnings(cases.LIFE, examples, move=on.move, seat=on.seat, actor=actor, pack=on.pack, now=now)
    done: list[Done] = []
    with Copier() as copier:
        for first in range(0, len(made), TOGETHER):
            some = made[first : first + TOGETHER]
            copier.copy_models(Case, [{"id": id, **_case(draft, number, who)} for draft, id, number, who in some])
            texts = [_copied_text(draft, id, number) for draft, id, number, _ in some]
            copier.copy_models(CaseText, texts, types=_COPIED_TEXT)
            for draft, _, number, requester in some:
                lives.add(_kind(draft), number, _happening(draft))
                if requester is not None and draft.identity is not None:
                    keeping.seal(requester, draft.identity)
            keeping.write(copier)
            copier.copy_models(Participation, [_participation(draft, id) for draft, id, *_ in some])
            copier.copy_models(Source, [_source(draft, id) for draft, id, *_ in some])
            done += lives.write(copier)
    done = [replace(one, secret=draft.code) for one, draft in zip(done, drafts, strict=True)]
    told(list(zip(letters, done, strict=True)))
    return done


@dataclass(frozen=True, slots=True)
class _Draft:
    """A request about to be registered, as far as it is known before it has a number."""

    fields: Register
    on: Registration
    code: str
    entry: Entry
    digest: str
    identity: Identity | None
    received_at: datetime
    by: str
    now: datetime


def _must_be_listed(letters: Sequence[Register], on: Registration) -> Mapping[str, str]:
    """Places are from the jurisdiction's list: code → full name; who names none asks nothing of it."""
    codes = {letter.place_code for letter in letters} - {""}
    listed = localities.known(codes, on.place.code) if codes else {}
    granted(*(may_lie_at(code, listed=code in listed) for code in sorted(codes)))
    return listed


def _entry(letter: Letter, listed: Mapping[str, str]) -> Entry:
    """What the search keeps of a letter; whoever read it ahead did not know the list of places."""
    if letter.entry is not None and not letter.fields.place_code:
        return letter.entry
    return searched(letter.fields, listed.get(letter.fields.place_code, ""))


def _must_be_units(letters: Sequence[Register], on: Registration, now: datetime) -> None:
    """Units that are complained of are those of the jurisdiction; who names none asks nothing of them."""
    if codes := {code for letter in letters for code in letter.accused}:
        granted(rules.may_be_accused(codes, known=organisations.named(codes, on.place.code, now=now)))


def _new_code() -> str:
    return f"{secrets.randbelow(10**10):010d}"


def _draft(fields: Register, on: Registration, entry: Entry, digest: str, *, actor: Actor, now: datetime) -> _Draft:
    code = _new_code()
    if not fields.urgency:
        fields = fields.model_copy(update={"urgency": on.pack.usual_urgency})
    return _Draft(fields, on, code, entry, digest, identity_of(fields), fields.received_at or now, actor.account, now)


def _kind(draft: _Draft) -> Hashable:
    """What two requests have in common that owe the same when they begin."""
    scope = dict(limit_scope(draft.fields))
    if not draft.on.pack.categories:  # then no limit differs by what was written there
        del scope["category"]
    return (*scope.values(), draft.fields.anonymous)


def _count(jurisdiction: str, count: int, now: datetime) -> Pending[int]:
    """Whoever registers there on this day now waits for us."""
    return counting_up(f"case/{jurisdiction}/{organisations.today(now):%Y%m%d}", jurisdiction, count)


def _numbers(on: Registration, last: int, count: int, now: datetime) -> list[str]:
    day, channel = organisations.today(now), on.pack.channels[on.channel].number
    return [case_number(on.place.prefix, day, channel, sequence) for sequence in numbers_taken(last, count)]


def _registered_already(on: Registration, origin_number: str, actor: Actor) -> Refusal:
    known = _seen(queries.case_of_source(on.place.code, on.channel, origin_number), actor)
    told = f"为{known.number}" if known else ""
    return Refusal(f"渠道原编号{origin_number}已登记{told}。", None, field="origin_number")


def _case(draft: _Draft, number: str, requester: int | None) -> dict[str, Any]:
    fields, place = draft.fields, draft.on.place
    return {
        "number": number,
        "jurisdiction": place.code,
        "pack": place.pack,
        "query_mark": query_mark(place.code, draft.code),
        "title": fields.title,
        "appeal_type": fields.appeal_type,
        "urgency": fields.urgency,
        "channel": fields.channel,
        "subject_code": fields.subject_code,
        "place_code": fields.place_code,
        "place": fields.place,
        "secret": fields.secrecy_requested,
        "accused": list(dict.fromkeys(fields.accused)),
        "anonymous": fields.anonymous,
        "callback_wanted": fields.callback_wanted and not fields.anonymous,
        "requester": requester,
        "stage": Stage.REGISTERED,
        "stage_at": draft.now,
        "registered_at": draft.now,
        "desk": draft.on.desk,
        "registered_by": draft.by,
    }


def _text(draft: _Draft, case: int, number: str) -> dict[str, Any]:
    entry = draft.entry.with_also(Section.NUMBERS, number)
    return {"case_id": case, "content": draft.fields.content, "folded": entry.folded, "grams": entry.grams}


_COPIED_TEXT = ("int8", "text", "text", "int4[]")


def _copied_text(draft: _Draft, case: int, number: str) -> dict[str, Any]:
    entry = draft.entry.with_also(Section.NUMBERS, number)
    return {"case_id": case, "content": draft.fields.content, "folded": entry.folded, "grams": Int4s(entry.packed)}


def _participation(draft: _Draft, case: int) -> dict[str, Any]:
    return {"case_id": case, "unit": draft.on.desk, "part": Part.DESK, "since": draft.now}


def _source(draft: _Draft, case: int) -> dict[str, Any]:
    return {
        "case_id": case,
        "jurisdiction": draft.on.place.code,
        "channel": draft.fields.channel,
        "origin_number": draft.fields.origin_number,
        "received_at": draft.received_at,
        "received_by": draft.by,
    }


def _happening(draft: _Draft) -> CaseRegistered:
    fields = draft.fields
    return CaseRegistered(
        channel=fields.channel,
        channel_label=draft.on.pack.channels[fields.channel].label,
        origin_number=fields.origin_number,
        appeal_type=fields.appeal_type,
        urgency=fields.urgency,
        urgency_label=draft.on.pack.urgency(fields.urgency).label,
        desk=draft.on.desk,
        received_at=draft.received_at,
        anonymous=fields.anonymous,
        digest=draft.digest,
        attachments=fields.attachments,
        phone_confirmed=confirmation(fields.phone, special=fields.phone_special),
        accused=tuple(dict.fromkeys(fields.accused)),
    )


def _facts(draft: _Draft, number: str, requester: int | None) -> CaseFacts:
    """The facts of a case just written: nothing has happened to it yet."""
    fields, place = draft.fields, draft.on.place
    return CaseFacts(
        number=number,
        jurisdiction=place.code,
        pack=place.pack,
        stage=Stage.REGISTERED,
        version=0,
        title=fields.title,
        appeal_type=fields.appeal_type,
        urgency=fields.urgency,
        channel=fields.channel,
        anonymous=fields.anonymous,
        callback_wanted=fields.callback_wanted and not fields.anonymous,
        registered_at=draft.now,
        closed_at=None,
        desk=draft.on.desk,
        lead=None,
        first_receiver=None,
        designated=False,
        adjudicated=False,
        assigned_at=None,
        signed_in_at=None,
        contacted_at=None,
        round=1,
        returns=0,
        extensions=0,
        reworks=0,
        registered_by=draft.by,
        proposed_by="",
        answered_by="",
        signed_off_by="",
        reviewed_by="",
        closure="",
        parent=None,
        requester=requester,
        subject_code=fields.subject_code,
        secret=fields.secrecy_requested,
        accused=tuple(dict.fromkeys(fields.accused)),
        parts={str(Part.DESK): frozenset({draft.on.desk})},
    )


@command(subject="case", act=Act.ACCEPT, fields=Accept)
def accept(*, number: str, fields: Accept, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Accept a request and hand it to the dispatcher."""
    locked = cases.LIFE.begin(number, Act.ACCEPT, actor=actor, now=now, version=version)
    return cases.LIFE.advance(locked, CaseAccepted(note=fields.note))


@command(subject="case", act=Act.ANSWER_AT_ONCE, fields=AnswerAtOnce, ask=rules.may_answer_at_once)
def answer_at_once(
    *, number: str, fields: AnswerAtOnce, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Answer a question on the spot and close the case."""
    locked = cases.LIFE.begin(number, Act.ANSWER_AT_ONCE, actor=actor, now=now, version=version)
    return cases.LIFE.advance(
        locked,
        AnsweredAtOnce(answer=fields.answer, knowledge=fields.knowledge),
        changes={"closure": str(ClosureType.ANSWERED)},
    )


@command(subject="case", act=Act.HAND_OVER, fields=HandOver, ask=rules.may_hand_over)
def hand_over(*, number: str, fields: HandOver, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Hand an emergency over to those who take emergencies."""
    locked = cases.LIFE.begin(number, Act.HAND_OVER, actor=actor, now=now, version=version)
    return cases.LIFE.advance(
        locked,
        HandedOverToEmergency(service=fields.service, handed_to=fields.handed_to, note=fields.note),
        changes={"closure": str(ClosureType.TRANSFERRED)},
    )


@command(subject="case", act=Act.REFER, fields=Refer)
def refer(*, number: str, fields: Refer, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Tell the requester the path that the law keeps for the request."""
    locked = cases.LIFE.begin(number, Act.REFER, actor=actor, now=now, version=version)
    return cases.LIFE.advance(
        locked,
        ReferredToPath(path=fields.path, told=fields.told),
        changes={"closure": str(ClosureType.TRANSFERRED)},
    )


@command(
    subject="case",
    act=Act.PROPOSE_DECLINE,
    fields=ProposeDecline,
    choices=rules.grounds_to_decline,
    required=rules.asked_of_decline,
)
def propose_decline(
    *, number: str, fields: ProposeDecline, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Propose not to accept; a second reader decides, by a time limit of their own, and nobody dispatches meanwhile."""
    locked = cases.LIFE.begin(number, Act.PROPOSE_DECLINE, actor=actor, now=now, version=version)
    locked.grant(may_rest_on(fields.ground, GroundOf.DECLINE, pack=locked.pack), *locked.lacks(fields))
    if fields.attachments:
        attachments.bind(ids=fields.attachments, subject_kind="case", subject_number=number, actor=actor)
    duties.pause(locked.facts.subject, [DutyKind.DISPATCH], why=Stage.DECLINE_REVIEW.label, now=now)
    return cases.LIFE.advance(
        locked.on_ground(GroundOf.DECLINE, fields.ground),
        DeclineProposed(
            ground=fields.ground,
            ground_label=locked.pack.ground_label(GroundOf.DECLINE, fields.ground),
            reason=fields.reason,
            attachments=fields.attachments,
        ),
        changes={"proposed_by": actor.account},
    )


def _ground_of_proposal(case: CaseFacts, pack: Pack) -> Ground | None:
    """The ground on which it was last proposed not to accept."""
    return pack.grounds_of(GroundOf.DECLINE).get(queries.ground_to_decline(case.subject))


def _ways_to_tell(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    ground = _ground_of_proposal(case, pack)
    return {"told_how": [how for how in Confirmed if rules.may_tell_decline(how, ground=ground) is None]}


@command(
    subject="case",
    act=Act.CONFIRM_DECLINE,
    fields=ConfirmDecline,
    ask=rules.may_decide_decline,
    choices=_ways_to_tell,
    required=rules.asked_of_declining,
)
def confirm_decline(
    *, number: str, fields: ConfirmDecline, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Agree not to accept; the requester has been told, unless nobody knows who that is."""
    locked = cases.LIFE.begin(number, Act.CONFIRM_DECLINE, actor=actor, now=now, version=version)
    ground = _ground_of_proposal(locked.facts, locked.pack)
    locked.grant(*locked.lacks(fields), rules.may_tell_decline(fields.told_how, ground=ground))
    how = f"（{fields.told_how.label}）" if fields.told_how else ""
    said = f"{telling(how, anonymous=locked.facts.anonymous)}{how}"
    return cases.LIFE.advance(
        locked,
        DeclineConfirmed(told=fields.told, told_how=fields.told_how, telling=said),
        changes={"closure": str(ClosureType.DECLINED)},
    )


@command(subject="case", act=Act.REFUSE_DECLINE, fields=RefuseDecline, ask=rules.may_decide_decline)
def refuse_decline(
    *, number: str, fields: RefuseDecline, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Accept a request that somebody proposed not to accept: the time to dispatch it runs on."""
    locked = cases.LIFE.begin(number, Act.REFUSE_DECLINE, actor=actor, now=now, version=version)
    moved = duties.resume(locked.facts.subject, now=now)
    return cases.LIFE.advance(locked, DeclineRefused(reason=fields.reason), moved=moved)


@command(subject="case", act=Act.MERGE, fields=Merge, required=rules.asked_of_merging)
def merge(*, number: str, fields: Merge, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Put a repeat to the case that is being handled; the requester has been told, if anybody knows who that is."""
    child = cases.LIFE.see(number, actor).subject
    both = [child, *([subject_of("case", fields.parent)] if _seen(fields.parent, actor) else [])]
    locked = cases.LIFE.begin(number, Act.MERGE, actor=actor, now=now, version=version, held=lock_all(both)[child])
    parent = _seen(fields.parent, actor)
    locked.grant(
        rules.may_merge(locked.facts, parent),
        may_be_known_to(locked.facts, parent.lead if parent else None),
        rules.may_be_merged(children=len(case_queries.joined(number))),
        *locked.lacks(fields),
    )
    done = cases.LIFE.advance(
        locked,
        CaseMerged(
            parent=fields.parent,
            reason=fields.reason,
            requester_told=fields.requester_told,
            telling=telling(fields.requester_told, anonymous=locked.facts.anonymous),
        ),
        changes={"parent_id": fields.parent, "closure": str(ClosureType.MERGED)},
    )
    cases.show_to_lead(number, parent.lead if parent else None, now=now)
    _tell_parent(fields.parent, CaseJoined(child=number), locked)
    return replace(done, version=recorded.version(child))  # it may have followed the other case already


def _tell_parent(number: str, happening: Happening, child: Locked[CaseFacts]) -> None:
    """Tell in the record of a case what becomes of one that was joined to it."""
    cases.note(number, happening, actor=child.actor, seat=child.seat, norm=child.move.norm, now=child.now)


def _seen(number: str, actor: Actor) -> CaseFacts | None:
    try:
        return case_queries.visible_facts(number, actor)
    except Unknown:
        return None


@command(subject="case", act=Act.UNMERGE, fields=Unmerge, required=rules.asked_of_merging)
def unmerge(*, number: str, fields: Unmerge, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Take a merged request out again; the requester has been told, if anybody knows who that is."""
    locked = cases.begin_joined(number, Act.UNMERGE, actor=actor, now=now, version=version)
    locked.grant(*locked.lacks(fields))
    parent = str(locked.facts.parent)
    _tell_parent(parent, JoinedLeft(child=number, why=Act.UNMERGE.label), locked)
    cases.hide_from_lead(number, now=now)
    return cases.LIFE.advance(
        locked,
        CaseUnmerged(
            parent=parent,
            reason=fields.reason,
            requester_told=fields.requester_told,
            telling=telling(fields.requester_told, anonymous=locked.facts.anonymous),
        ),
        changes={"parent_id": None, "closure": ""},
    )


@command(subject="case", act=Act.WITHDRAW, fields=Withdraw, required=rules.asked_of_withdrawal)
def withdraw(*, number: str, fields: Withdraw, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The requester takes the request back; what is on the list stays there, and the wish is handed on."""
    locked = cases.begin_joined(number, Act.WITHDRAW, actor=actor, now=now, version=version)
    said = {"reason": fields.reason, "confirmed_by": fields.confirmed_by, **_confirmed(locked, fields)}
    if locked.facts.stage is Stage.LISTED:
        return cases.LIFE.advance(locked, WithdrawalHandedOn(**said))
    if parent := locked.facts.parent:
        _tell_parent(parent, JoinedLeft(child=number, why=Act.WITHDRAW.label), locked)
        cases.hide_from_lead(number, now=now)
    return cases.LIFE.advance(
        locked,
        CaseWithdrawn(**said),
        changes={"parent_id": None, "closure": str(ClosureType.WITHDRAWN)},
    )


def _confirmed(locked: Locked[CaseFacts], fields: Withdraw) -> dict[str, Any]:
    """When and how the desk made sure of the requester's wish; who takes back in person need not be asked."""
    if locked.seat.post == REQUESTER:
        return {}
    case, at = locked.facts, fields.confirmed_at
    locked.grant(*locked.lacks(fields), rules.may_have_confirmed(at, registered_at=case.registered_at, now=locked.now))
    assert at is not None, "asked by the needs of the form"
    assert fields.confirmed_how is not None, "asked by the needs of the form"
    words = f"（受理单位于{at.astimezone(ZONE):%Y-%m-%d %H:%M}通过{fields.confirmed_how.label}与诉求人确认）"
    return {"confirmed": words, "confirmed_how": fields.confirmed_how, "confirmed_at": at.astimezone(ZONE)}


def _may_contest(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    by_desk, until = queries.was_taken_back_by_desk(case.subject), _until_archived(case, pack)
    return rules.may_contest(by_desk=by_desk, until=until, now=now)


def _until_archived(case: CaseFacts, pack: Pack) -> datetime | None:
    """Until when what has ended is not archived yet; None where nothing is."""
    if case.closed_at is None or not pack.binds(norms.ARCHIVE):
        return None
    return due_after(str(pack.limit("archive").limit), pack, case.closed_at)[0]


@command(subject="case", act=Act.CONTEST_WITHDRAWAL, fields=ContestWithdrawal, ask=_may_contest)
def contest_withdrawal(
    *, number: str, fields: ContestWithdrawal, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The requester did not take back what the desk entered as taken back: it is given out anew."""
    locked = cases.LIFE.begin(number, Act.CONTEST_WITHDRAWAL, actor=actor, now=now, version=version)
    cases.leave(number, parts=Part.leaving_with_lead(), how=Departure.ENDED, now=now)
    gone = dict.fromkeys(("lead", "assigned_at", "signed_in_at"))
    return cases.LIFE.advance(
        locked,
        WithdrawalContested(reason=fields.reason),
        changes={**gone, "designated": False, "adjudicated": False, "closure": ""},
    )


@command(subject="case", act=Act.SUPPLEMENT, fields=Supplement)
def supplement(*, number: str, fields: Supplement, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The requester adds to what they said; where it was waited for, the handling goes on and its clock runs.

    What is added to a request that was joined to another is told there.
    """
    locked = cases.begin_joined(number, Act.SUPPLEMENT, actor=actor, now=now, version=version)
    if parent := locked.facts.parent:
        _tell_parent(parent, JoinedSupplemented(child=number), locked)
    waited = locked.facts.stage is Stage.AWAITING
    moved = cases.LIFE.go_on(number, by=locked, until=cases.waited_until(locked)) if waited else ()
    if fields.attachments:
        attachments.bind(ids=fields.attachments, subject_kind="case", subject_number=number, actor=actor)
    _find_also_by(number, fields.text)
    return cases.LIFE.advance(locked, CaseSupplemented(text=fields.text, attachments=fields.attachments), moved=moved)


@command(subject="case", act=Act.NAME_ACCUSED, fields=NameAccused)
def name_accused(*, number: str, fields: NameAccused, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Enter of whom the request complains besides; of a secret one they read nothing any more, and never get it."""
    locked = cases.LIFE.begin(number, Act.NAME_ACCUSED, actor=actor, now=now, version=version)
    case, named = locked.facts, list(dict.fromkeys(fields.accused))
    known = organisations.named(named, case.jurisdiction, now=now)
    names = {code: unit.name for code, unit in known.items()}
    locked.grant(rules.may_be_accused(named, known=known), rules.may_name(case, named, names=names))
    if case.secret:
        cases.leave(number, parts=[Part.FORMER, Part.MAIN], how=Departure.ENDED, now=now, units=named)
    new = [code for code in named if code not in case.accused]
    happening = AccusedNamed(accused=tuple(new), names="、".join(names[code] for code in new), reason=fields.reason)
    return cases.LIFE.advance(locked, happening, changes={"accused": [*case.accused, *new]})


def _find_also_by(number: str, text: str) -> None:
    """Let the search find the case by what was added to it; one that it does not know yet is indexed with all of it."""
    row = CaseText.objects.select_for_update(of=("self",)).get(case__number=number)
    if row.grams is not None:
        entry = kept(row.folded, row.grams).with_also(Section.CONTENT, text)
        row.folded, row.grams = entry.folded, entry.grams
        row.save(update_fields=["folded", "grams"])


@whole
def index_next(*, most: int = 500) -> int:
    """Let the search know the newest cases that it does not know yet, as after an upgrade; answers how many.

    Any number of workers may do it at once: each takes cases that no other has taken.
    """
    unknown = CaseText.objects.select_for_update(skip_locked=True, of=("self",)).filter(grams__isnull=True)
    rows = unknown.order_by("-case_id")[:most]
    return _index({row.case_id: row.content for row in rows})


@whole
def follow_names(*, most: int = 500) -> int:
    """Let the search find cases by the present names of places that were renamed; answers how many it did not."""
    if not places.hold_renamed():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_RENAMED, [SECTION, Section.PLACE + 1, most])
        found = dict(cursor.fetchall())
    if len(found) < most:
        places.names_followed()
    return _index(found)


def _index(contents: Mapping[int, str]) -> int:
    entries = queries.entries_of(contents)
    with connection.cursor() as cursor:
        cursor.execute(
            _INDEX,
            [
                [*entries],
                [entry.folded for entry in entries.values()],
                [entry.literal for entry in entries.values()],
            ],
        )
    return len(entries)


_RENAMED = """
SELECT t.case_id, t.content FROM cases_casetext t JOIN cases_case c ON c.id = t.case_id
JOIN localities_locality l ON l.jurisdiction = c.jurisdiction AND l.code = c.place_code
WHERE l.renamed AND t.grams IS NOT NULL AND NOT starts_with(split_part(t.folded, %s, %s::int), l.folded)
ORDER BY t.case_id DESC LIMIT %s FOR UPDATE OF t SKIP LOCKED"""
_INDEX = """
UPDATE cases_casetext t SET folded = e.folded, grams = e.grams::int4[], words = ''
FROM unnest(%s::bigint[], %s::text[], %s::text[]) e(case_id, folded, grams) WHERE t.case_id = e.case_id"""


@command(subject="case", act=Act.RENEW_CODE, fields=RenewCode, ask=rules.may_renew_code)
def renew_code(*, number: str, fields: RenewCode, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Give a requester who lost the query code a new one, answered once; the old one opens nothing any more."""
    locked = cases.LIFE.begin(number, Act.RENEW_CODE, actor=actor, now=now, version=version)
    case = locked.facts
    assert case.requester is not None, "asked by the rule behind the button"
    locked.grant(
        rules.may_be_given_code(
            agreed=fields.agreed,
            day=fields.day,
            came_on=queries.came_on(case),
            on_file=identities.is_on_file(case.requester, case.jurisdiction, fields.phone),
        )
    )
    how = f"{fields.call.label}，{fields.agreed.label}相符"
    return _renew(locked, QueryCodeRenewed(how=how, call=fields.call, agreed=fields.agreed))


@command()
def renew_codes(*, numbers: Sequence[str], how: str, actor: Actor, now: datetime) -> list[Done]:
    """New query codes for cases whose codes were lost before they were handed out (an import's receipts).

    In the order of the numbers, all or none. Nobody calls who would have to be recognised: anonymous letters are given
    theirs too, which they have nothing else to follow by. The record tells `how`.
    """
    lock_all([subject_of("case", number) for number in numbers])
    begun = (cases.LIFE.begin(number, Act.RENEW_CODE, actor=actor, now=now, ask=False) for number in numbers)
    return [_renew(locked, QueryCodeRenewed(how=how)) for locked in begun]


def _renew(locked: Locked[CaseFacts], happening: QueryCodeRenewed) -> Done:
    code = _new_code()
    mark = query_mark(locked.facts.jurisdiction, code)
    return replace(cases.LIFE.advance(locked, happening, changes={"query_mark": mark}), secret=code)


@command()
def open_public_site(*, jurisdiction: str, channel: str, actor: Actor, now: datetime) -> None:
    """Let the citizens of a jurisdiction submit and follow their requests themselves, by one public channel."""
    rulebook = organisations.pack_of(jurisdiction, now=now)
    desk = organisations.desk_of(channel, jurisdiction, now=now)
    granted(rules.may_take_in(channel=channel, desk=desk, pack=rulebook), rules.may_be_public(channel, pack=rulebook))
    PublicSite.objects.update_or_create(jurisdiction=jurisdiction, defaults={"channel": channel, "open": True})
    _note_site(PublicSiteOpened(channel=channel), jurisdiction, actor=actor, now=now)


@command()
def close_public_site(*, jurisdiction: str, actor: Actor, now: datetime) -> None:
    """Take nothing in on the public site any more; whoever asked can still follow their request."""
    if not PublicSite.objects.filter(jurisdiction=jurisdiction, open=True).update(open=False):
        raise Unknown(jurisdiction)
    _note_site(PublicSiteClosed(), jurisdiction, actor=actor, now=now)


def _note_site(happening: Happening, jurisdiction: str, *, actor: Actor, now: datetime) -> None:
    append(
        lock(subject_of("jurisdiction", jurisdiction)),
        happening,
        actor=actor,
        seat=min(actor.seats, default=NOWHERE),
        norm=norms.NAMED_CHANNEL,
        pack=organisations.pack_of(jurisdiction, now=now),
        now=now,
    )


@command()
def keep_columns(*, channel: str, headings: Sequence[str], columns: Columns, actor: Actor, now: datetime) -> None:
    """Keep what the columns of a table hold, for the next table with the same headings."""
    on, held = queries.registration(channel, actor, now=now), list(zip(headings, columns, strict=True))
    ColumnPlan.objects.update_or_create(
        jurisdiction=on.place.code,
        channel=channel,
        headings=signature(headings),
        defaults={"columns": [[heading, str(column)] for heading, column in held], "agreed": True},
    )
    told = tuple(f"{heading}→{column.label}" for heading, column in held)
    _note(on, ColumnsKept(channel=channel, columns=told), actor=actor, now=now)


@command()
def note_import(
    *, channel: str, digest: str, registered: int, known: int, rejected: int, actor: Actor, now: datetime
) -> None:
    """Keep that a table of letters was registered: which one, and how many of them."""
    said = LettersImported(channel=channel, digest=digest, registered=registered, known=known, rejected=rejected)
    _note(queries.registration(channel, actor, now=now), said, actor=actor, now=now)


def _note(on: Registration, happening: Happening, *, actor: Actor, now: datetime) -> None:
    chain = lock(subject_of("jurisdiction", on.place.code))
    append(chain, happening, actor=actor, seat=on.seat, norm=norms.REGISTER, pack=on.pack, now=now)
