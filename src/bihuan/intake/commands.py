"""Taking requests in: registering, accepting, and the special ends of a registration."""

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from bihuan.attachments import commands as attachments
from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.models import Case, CaseText, Participation
from bihuan.cases.stages import TABLE
from bihuan.cases.types import Act, AppealType, CaseFacts, ClosureType, Part, Stage, Urgency
from bihuan.cases.words import vector_of
from bihuan.intake import queries, rules
from bihuan.intake.models import Source
from bihuan.intake.numbers import case_number
from bihuan.intake.types import (
    Accept,
    AnswerAtOnce,
    AnsweredAtOnce,
    CaseAccepted,
    CaseMerged,
    CaseRegistered,
    CaseUnmerged,
    CaseWithdrawn,
    ConfirmDecline,
    DeclineConfirmed,
    DeclineProposed,
    DeclineRefused,
    HandedOverToEmergency,
    HandOver,
    Merge,
    ProposeDecline,
    Refer,
    ReferredToPath,
    RefuseDecline,
    Register,
    Unmerge,
    Withdraw,
)
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import JurisdictionFacts
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Pack
from bihuan.record.commands import begin, command, count_up, lock_all
from bihuan.record.types import Done, subject_of
from bihuan.requesters import commands as requesters
from bihuan.requesters.types import Identity, RequesterKind


def query_mark(jurisdiction: str, code: str) -> bytes:
    """What is kept of a query code: a keyed digest, for ten digits alone could be guessed from a plain one."""
    return salted_hmac("bihuan.query-code", f"{jurisdiction}:{code}", algorithm="sha256").digest()


@command(subject="case", act=Act.REGISTER, fields=Register)
def register(*, fields: Register, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Register a request; answers its number and, once, the query code by which the requester follows it."""
    place = organisations.jurisdiction(actor.jurisdiction)
    pack = load_pack(place.pack)
    desk = organisations.desk_of(fields.channel, place.code)
    received_at = fields.received_at or now
    granted(rules.may_register(channel=fields.channel, desk=desk, received_at=received_at, now=now, pack=pack))
    assert desk is not None
    parts = {str(Part.DESK): frozenset({desk})}
    found = TABLE.find(None, Act.REGISTER, actor, parts, pack.binds)
    if isinstance(found, Refusal):
        raise Refused(found)
    move, seat = found
    number, code = _take_number(place, pack, fields.channel, now), f"{secrets.randbelow(10**10):010d}"
    case = _write(
        fields, number=number, code=code, desk=desk, received_at=received_at, place=place, actor=actor, now=now
    )
    if fields.attachments:
        attachments.bind(ids=fields.attachments, subject_kind="case", subject_number=number, actor=actor)
    happening = CaseRegistered(
        channel=fields.channel,
        channel_label=pack.channels[fields.channel].label,
        origin_number=fields.origin_number,
        appeal_type=fields.appeal_type,
        urgency=fields.urgency,
        desk=desk,
        received_at=received_at,
        anonymous=fields.anonymous,
        digest=hashlib.sha256(f"{fields.title}\n{fields.content}".encode()).hexdigest(),
        attachments=fields.attachments,
    )
    done = cases.LIFE.open_first(
        begin(case.subject, place.code), case, happening, move=move, seat=seat, actor=actor, now=now
    )
    return replace(done, secret=code)


def _take_number(place: JurisdictionFacts, pack: Pack, channel: str, now: datetime) -> str:
    on = organisations.today(now)
    sequence = count_up(f"case/{place.code}/{on:%Y%m%d}", place.code)
    return case_number(place.prefix, on, pack.channels[channel].number, sequence)


def _write(
    fields: Register,
    *,
    number: str,
    code: str,
    desk: str,
    received_at: datetime,
    place: JurisdictionFacts,
    actor: Actor,
    now: datetime,
) -> CaseFacts:
    """The rows of a new case, and what the rules need to know of it."""
    requester = None
    if not fields.anonymous:
        identity = Identity(
            kind=RequesterKind.PERSON,
            name=fields.name,
            phone=fields.phone,
            address=fields.address,
            secrecy_requested=fields.secrecy_requested,
        )
        requester = requesters.keep(jurisdiction=place.code, identity=identity)
    case = Case.objects.create(
        number=number,
        jurisdiction=place.code,
        pack=place.pack,
        query_mark=query_mark(place.code, code),
        title=fields.title,
        appeal_type=fields.appeal_type,
        urgency=fields.urgency,
        channel=fields.channel,
        subject_code=fields.subject_code,
        place_code=fields.place_code,
        place=fields.place,
        secret=fields.secrecy_requested,
        anonymous=fields.anonymous,
        callback_wanted=fields.callback_wanted and not fields.anonymous,
        requester=requester,
        stage=Stage.REGISTERED,
        stage_at=now,
        registered_at=now,
        desk=desk,
        registered_by=actor.account,
    )
    CaseText.objects.bulk_create(
        [CaseText(case=case, content=fields.content, words=vector_of(f"{fields.title}\n{fields.content}"))]
    )
    Participation.objects.bulk_create([Participation(case=case, unit=desk, part=Part.DESK, since=now)])
    try:
        with transaction.atomic(savepoint=bool(fields.origin_number)):
            Source.objects.bulk_create(
                [
                    Source(
                        case=case,
                        jurisdiction=place.code,
                        channel=fields.channel,
                        origin_number=fields.origin_number,
                        received_at=received_at,
                        received_by=actor.account,
                    )
                ]
            )
    except IntegrityError as twice:
        known = queries.case_of_source(place.code, fields.channel, fields.origin_number)
        raise Refused(
            Refusal(f"渠道原编号{fields.origin_number}已登记为{known}。", norms.REGISTER, field="origin_number")
        ) from twice
    return _facts(case)


def _facts(case: Case) -> CaseFacts:
    """The facts of a case just written: nothing has happened to it yet."""
    return CaseFacts(
        number=case.number,
        jurisdiction=case.jurisdiction,
        pack=case.pack,
        stage=Stage.REGISTERED,
        version=0,
        title=case.title,
        appeal_type=AppealType(case.appeal_type),
        urgency=Urgency(case.urgency),
        channel=case.channel,
        anonymous=case.anonymous,
        callback_wanted=case.callback_wanted,
        registered_at=case.registered_at,
        closed_at=None,
        desk=case.desk,
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
        registered_by=case.registered_by,
        proposed_by="",
        answered_by="",
        signed_off_by="",
        reviewed_by="",
        closure="",
        parent=None,
        requester=case.requester,
        parts={str(Part.DESK): frozenset({case.desk})},
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


@command(subject="case", act=Act.PROPOSE_DECLINE, fields=ProposeDecline)
def propose_decline(
    *, number: str, fields: ProposeDecline, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Propose not to accept; a second reader decides."""
    locked = cases.LIFE.begin(number, Act.PROPOSE_DECLINE, actor=actor, now=now, version=version)
    return cases.LIFE.advance(
        locked,
        DeclineProposed(ground=fields.ground, reason=fields.reason),
        changes={"proposed_by": actor.account},
    )


@command(subject="case", act=Act.CONFIRM_DECLINE, fields=ConfirmDecline, ask=rules.may_decide_decline)
def confirm_decline(
    *, number: str, fields: ConfirmDecline, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Agree not to accept; the requester has been told."""
    locked = cases.LIFE.begin(number, Act.CONFIRM_DECLINE, actor=actor, now=now, version=version)
    return cases.LIFE.advance(
        locked, DeclineConfirmed(told=fields.told), changes={"closure": str(ClosureType.DECLINED)}
    )


@command(subject="case", act=Act.REFUSE_DECLINE, fields=RefuseDecline, ask=rules.may_decide_decline)
def refuse_decline(
    *, number: str, fields: RefuseDecline, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Accept a request that somebody proposed not to accept."""
    locked = cases.LIFE.begin(number, Act.REFUSE_DECLINE, actor=actor, now=now, version=version)
    return cases.LIFE.advance(locked, DeclineRefused(reason=fields.reason))


@command(subject="case", act=Act.MERGE, fields=Merge)
def merge(*, number: str, fields: Merge, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Put a repeat to the case that is being handled; the requester has been told."""
    lock_all([subject_of("case", number), subject_of("case", fields.parent)])
    locked = cases.LIFE.begin(number, Act.MERGE, actor=actor, now=now, version=version)
    try:
        parent: CaseFacts | None = case_queries.visible_facts(fields.parent, actor)
    except Unknown:
        parent = None
    locked.grant(
        rules.may_merge(locked.facts, parent),
        rules.may_be_merged(children=case_queries.children(number)),
    )
    return cases.LIFE.advance(
        locked,
        CaseMerged(parent=fields.parent, reason=fields.reason, requester_told=fields.requester_told),
        changes={"parent_id": fields.parent, "closure": str(ClosureType.MERGED)},
    )


@command(subject="case", act=Act.UNMERGE, fields=Unmerge)
def unmerge(*, number: str, fields: Unmerge, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Take a merged request out again; the requester has been told."""
    locked = cases.LIFE.begin(number, Act.UNMERGE, actor=actor, now=now, version=version)
    return cases.LIFE.advance(
        locked,
        CaseUnmerged(parent=locked.facts.parent or "", reason=fields.reason, requester_told=fields.requester_told),
        changes={"parent_id": None},
    )


@command(subject="case", act=Act.WITHDRAW, fields=Withdraw)
def withdraw(*, number: str, fields: Withdraw, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The requester takes the request back."""
    locked = cases.LIFE.begin(number, Act.WITHDRAW, actor=actor, now=now, version=version)
    return cases.LIFE.advance(
        locked,
        CaseWithdrawn(reason=fields.reason, confirmed_by=fields.confirmed_by),
        changes={"closure": str(ClosureType.WITHDRAWN)},
    )
