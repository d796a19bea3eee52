"""Every write to personal data after a case was registered: correct, erase, audit who looked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField

from bihuan.access.rules import may
from bihuan.access.types import Power
from bihuan.attachments import commands as attachments
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.cases.types import CaseFacts, Part, at_work
from bihuan.commitments import queries as commitments
from bihuan.documents import commands as documents
from bihuan.drafts import commands as drafts
from bihuan.feedback.types import ParentAnswered
from bihuan.kernel.actor import CLOCKWORK, Actor, Seat
from bihuan.kernel.erasure import Erasure
from bihuan.kernel.phone import confirmation
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.matters import queries as matters
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
from bihuan.record.queries import tells_of, version
from bihuan.record.retrying import whole
from bihuan.record.types import Chain, Done, subject_of
from bihuan.requesters import commands as requesters
from bihuan.requesters import queries as looks
from bihuan.requesters.types import Changes, LookRow
from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY

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


def _was_erased(subject: str) -> bool:
    return tells_of(subject, Erased.kind)


drafts.goes_with(_was_erased)


@command()
def erase(*, number: str, fields: Erase, actor: Actor, now: datetime) -> Done:
    """Erase the personal data of an ended case and its matters; the chains stay whole. Raises Unknown, Refused."""
    chain, case, rulebook, seat = _begun(number, Power.ERASE, actor)
    erased = Case.objects.filter(number=number, title=ERASED_TITLE).exists()
    standing = queries.standing_on(number)
    granted(
        rules.may_erase(
            case,
            open_matter=matters.open_of_case(number),
            open_parent=queries.open_parent(case),
            untold=queries.untold_of(number),
            promised=any(commitments.in_force(subject_of(kind.word, one)) for kind, one in standing),
            erased=erased,
        ),
        subject=case.subject,
        pack=rulebook.ref,
    )
    about = _About(fields, actor, seat, rulebook, now)
    for kind, of_case in standing:
        _erase_of(kind, of_case, about)
    for child in cases.joined(number):  # it was told the answer to this one
        record.erase_private(lock(subject_of("case", child)).subject, kind=ParentAnswered.kind)
    record.erase_private(case.subject)
    drafts.drop_on(case.subject)
    _empty("case", number)
    if case.requester is not None:
        requesters.erase(requester=case.requester, jurisdiction=case.jurisdiction)
    documents.erase("case", number)
    happening = _told(fields, attachments.erase("case", number))
    chain = append(chain, happening, actor=actor, seat=seat, norm=_NORM, pack=rulebook, now=now)
    return Done(number, str(case.stage), chain.length, happening.tell())


@whole
def complete(number: str) -> None:
    """Empty what an erasure of an earlier version left of a case; its record says already that it was erased."""
    lock(subject_of("case", number))
    _empty("case", number)
    for kind, of_case in queries.standing_on(number):
        _empty(kind.word, of_case)


@dataclass(frozen=True, slots=True)
class _About:
    """By whom, when and why personal data are erased."""

    fields: Erase
    actor: Actor
    seat: Seat
    rulebook: Pack
    now: datetime


def _erase_of(kind: Kind, number: str, about: _About) -> None:
    """Erase what stands in something that came of the case: its words, its papers, its files."""
    held = lock(subject_of(kind.word, number))
    record.erase_private(held.subject)
    drafts.drop_on(held.subject)
    _empty(kind.word, number)
    documents.erase(kind.word, number)
    lasting = (digest for digest in REGISTRY.digests_of(kind) if digest.lasting)
    now_there = next((told for one in lasting for _, _, told in one.kept([number])), "")
    told = _told(about.fields, attachments.erase(kind.word, number), now_there)
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
    part = at_work({name: units for name, units in case.parts.items() if name != Part.MAIN})
    if actor.account != CLOCKWORK:
        labels = {code: post.label for code, post in rulebook.posts.items()}
        granted(may(power, actor, units=part, labels=labels), subject=case.subject, pack=rulebook.ref)
    return chain, case, rulebook, min((s for s in actor.seats if s.unit in part), default=NOWHERE)


def _told(fields: Erase, files: int, digest: str = "") -> Erased:
    return Erased(ground=fields.ground, basis=fields.basis, digest=digest or digest_of_erased(), files=files)


def _empty(kind: str, number: str) -> None:
    """Empty every column of every table that says so beside its model (`kernel.erasure`)."""
    for model in apps.get_models():
        erasure: Erasure | None = getattr(model, "erasure", None)
        if erasure is None or not erasure.of_kind(kind):
            continue
        rows = model._default_manager.filter(**{erasure.of: subject_of(kind, number) if erasure.named else number})
        if erasure.emptied:
            rows.update(**{name: _blank(model._meta.get_field(name)) for name in erasure.emptied})
        for name in erasure.instead:
            rows.exclude(**{name: ""}).update(**{name: ERASED_TITLE})
        for row in rows if erasure.within else ():
            for name, keys in erasure.within.items():
                setattr(
                    row, name, [one | {key: ERASED_TITLE for key in keys if one[key]} for one in getattr(row, name)]
                )
            row.save(update_fields=[*erasure.within])


def _blank(column: Any) -> object:
    return [] if isinstance(column, ArrayField) else ""


def _seat(actor: Actor) -> Seat:
    return min(actor.seats, default=NOWHERE)
