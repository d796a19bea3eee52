"""Every write to personal data after a case was registered: correct, erase, audit who looked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bihuan.access.rules import may
from bihuan.access.types import Power
from bihuan.attachments import commands as attachments
from bihuan.cases import queries as cases
from bihuan.cases.models import Case, CaseText
from bihuan.cases.types import CaseFacts, Part
from bihuan.determination import models as determination
from bihuan.documents import commands as documents
from bihuan.feedback.types import ParentAnswered
from bihuan.joint.models import DistrictReport, Form, Participation, Undertaking
from bihuan.kernel.actor import CLOCKWORK, Actor, Seat
from bihuan.kernel.phone import confirmation
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.matters import queries as matters
from bihuan.matters.models import Matter
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Pack
from bihuan.privacy import queries, rules
from bihuan.privacy.types import (
    ERASED_TITLE,
    AskLooks,
    Correct,
    Erase,
    Erased,
    IdentityCorrected,
    LooksAudited,
    digest_of_erased,
)
from bihuan.record import commands as record
from bihuan.record.commands import NOWHERE, append, begin, command, lock
from bihuan.record.queries import version
from bihuan.record.types import Chain, Done, subject_of
from bihuan.requesters import commands as requesters
from bihuan.requesters import queries as looks
from bihuan.requesters.types import Changes, LookRow

_NORM = norms.IDENTITY_PROTECTED


@command()
def correct(*, number: str, fields: Correct, actor: Actor, now: datetime) -> Done:
    """Correct the identity of a requester; what changed is recorded, not what it says. Raises Unknown, Refused."""
    chain, case, rulebook, seat = _begun(number, Power.UNMASK, actor)
    if case.requester is None:
        raise Unknown(number)
    said = {name: text for name in ("name", "phone", "contact_alt", "address") if (text := getattr(fields, name))}
    labels = requesters.amend(
        requester=case.requester,
        jurisdiction=case.jurisdiction,
        changes=Changes(**said),
        seats=actor.seats,
        confidants=case.confidants,
    )
    if not labels:
        raise Refused(Refusal("没有要更正的内容。", _NORM))
    happening = IdentityCorrected(
        labels=labels,
        reason=fields.reason,
        phone_confirmed=confirmation(fields.phone, special=fields.phone_special),
    )
    chain = append(chain, happening, actor=actor, seat=seat, norm=_NORM, pack=rulebook, now=now)
    return Done(number, str(case.stage), chain.length, happening.tell())


@command()
def erase(*, number: str, fields: Erase, actor: Actor, now: datetime) -> Done:
    """Erase the personal data of an ended case and its matters; the chains stay whole. Raises Unknown, Refused."""
    chain, case, rulebook, seat = _begun(number, Power.ERASE, actor)
    erased = Case.objects.filter(number=number, title=ERASED_TITLE).exists()
    granted(
        rules.may_erase(
            case,
            open_matter=matters.open_of_case(number),
            open_parent=queries.open_parent(case),
            untold=queries.untold_of(number),
            erased=erased,
        ),
        subject=case.subject,
        pack=rulebook.ref,
    )
    about = _About(fields, actor, seat, rulebook, now)
    for matter in queries.matters_of(number):
        _erase_of("matter", matter, _empty_matter, about)
    for kind, of_case in queries.joint_of(number):
        _erase_of(kind, of_case, _empty_joint, about, digest=digest_of_erased(ERASED_TITLE))
    for kind, of_case in queries.determined_of(number):
        _erase_of(kind, of_case, _empty_determination if kind == "determination" else _empty_referral, about)
    for child in cases.joined(number):  # it was told the answer to this one
        record.erase_private(lock(subject_of("case", child)).subject, kind=ParentAnswered.kind)
    record.erase_private(case.subject)
    _empty_case(number)
    if case.requester is not None:
        requesters.erase(requester=case.requester, jurisdiction=case.jurisdiction)
    documents.erase("case", number)
    happening = _told(fields, attachments.erase("case", number))
    chain = append(chain, happening, actor=actor, seat=seat, norm=_NORM, pack=rulebook, now=now)
    return Done(number, str(case.stage), chain.length, happening.tell())


@dataclass(frozen=True, slots=True)
class _About:
    """By whom, when and why personal data are erased."""

    fields: Erase
    actor: Actor
    seat: Seat
    rulebook: Pack
    now: datetime


def _erase_of(kind: str, number: str, empty: Callable[[str], None], about: _About, *, digest: str = "") -> None:
    """Erase what stands in something that came of the case: its words, its papers, its files."""
    held = lock(subject_of(kind, number))
    record.erase_private(held.subject)
    empty(number)
    documents.erase(kind, number)
    told = _told(about.fields, attachments.erase(kind, number), digest)
    append(held, told, actor=about.actor, seat=about.seat, norm=_NORM, pack=about.rulebook, now=about.now)


@command()
def audit_looks(*, fields: AskLooks, actor: Actor, rulebook: Pack, now: datetime, ip: str) -> tuple[LookRow, ...]:
    """Who looked at personal data in the jurisdiction; that one asked is recorded. Raises Refused."""
    granted(may(Power.AUDIT, actor, labels={code: post.label for code, post in rulebook.posts.items()}))
    found = tuple(
        looks.looks_in(
            actor.jurisdiction,
            account=fields.account,
            number=fields.number,
            ground=fields.ground,
            since=fields.since,
            until=fields.until,
        )
    )
    asked = "、".join(str(s) for s in (fields.account, fields.number, fields.since, fields.until) if s) or "全部"
    happening = LooksAudited(asked=asked, found=len(found), purpose=fields.purpose, ip=ip)
    name = subject_of("audit", actor.account)
    chain = lock(name) if version(name) else begin(name, actor.jurisdiction)
    append(chain, happening, actor=actor, seat=_seat(actor), norm=_NORM, pack=rulebook, now=now)
    return found


def _begun(number: str, power: Power, actor: Actor) -> tuple[Chain, CaseFacts, Pack, Seat]:
    """The case under lock, seen by the actor, who has the power by a post that takes part in it."""
    chain = lock(subject_of("case", number))
    case = cases.visible_facts(number, actor)
    rulebook = load_pack(case.pack)
    part = frozenset[str]().union(*(units for name, units in case.parts.items() if name != Part.MAIN))
    if actor.account != CLOCKWORK:
        labels = {code: post.label for code, post in rulebook.posts.items()}
        granted(may(power, actor, units=part, labels=labels), subject=case.subject, pack=rulebook.ref)
    return chain, case, rulebook, min((s for s in actor.seats if s.unit in part), default=NOWHERE)


def _told(fields: Erase, files: int, digest: str = "") -> Erased:
    return Erased(ground=fields.ground, basis=fields.basis, digest=digest or digest_of_erased(), files=files)


def _empty_case(number: str) -> None:
    Case.objects.filter(number=number).update(title=ERASED_TITLE, place="", place_code="")
    CaseText.objects.filter(case__number=number).update(content="", folded="", grams=[], words="")


def _empty_matter(number: str) -> None:
    texts = dict.fromkeys(("content", "done", "why_unresolved"), "")
    Matter.objects.filter(number=number).update(title=ERASED_TITLE, folded="", grams=[], **texts)


def _empty_joint(number: str) -> None:
    gone = dict.fromkeys(("pre_study", "off_list_reason", "instruction", "summary"), "")
    Undertaking.objects.filter(number=number).update(task=ERASED_TITLE, folded="", grams=[], **gone)
    parts = Participation.objects.filter(undertaking__number=number)
    parts.exclude(grade_reason="").update(grade_reason=ERASED_TITLE)
    said = ("task", "check_in_place", "people", "result", "asked_out_why", "notice", "explanation")
    parts.update(**dict.fromkeys(said, ""))
    DistrictReport.objects.filter(undertaking_id=number).update(difficulty=ERASED_TITLE, request="", instruction="")
    for form in Form.objects.filter(undertaking_id=number):
        form.matter, form.result = ERASED_TITLE, ""
        form.grades = [{**one, "reason": ERASED_TITLE if one["reason"] else ""} for one in form.grades]
        form.save(update_fields=["matter", "result", "grades"])


def _empty_determination(number: str) -> None:
    gone = dict.fromkeys(("background", "question", "missing", "reasonableness"), "")
    rows = determination.Determination.objects.filter(number=number)
    rows.update(title=ERASED_TITLE, dispute=ERASED_TITLE, **gone)
    rows.exclude(opinion="").update(opinion=ERASED_TITLE)
    determination.Position.objects.filter(determination_id=number).update(position=ERASED_TITLE)
    determination.Opinion.objects.filter(determination_id=number).update(opinion=ERASED_TITLE)
    said = dict.fromkeys(("gap", "reasonableness", "suggestion", "instruction"), "")
    determination.SpecialReport.objects.filter(determination_id=number).update(background=ERASED_TITLE, **said)


def _empty_referral(number: str) -> None:
    said = dict.fromkeys(("explanation", "verified", "dropped"), "")
    rows = determination.Referral.objects.filter(number=number)
    rows.update(title=ERASED_TITLE, situation=ERASED_TITLE, **said)
    determination.Evidence.objects.filter(referral_id=number).update(text=ERASED_TITLE)


def _seat(actor: Actor) -> Seat:
    return min(actor.seats, default=NOWHERE)
