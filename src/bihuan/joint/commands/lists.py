"""The lists behind joint handling: tough whistles, liaisons, portfolios. Nothing is deleted; everything has dates."""

from datetime import date, datetime

from bihuan.duties import queries as duties
from bihuan.joint import queries, rules
from bihuan.joint.models import Entrusted, Liaison, Portfolio, WhistleTopic
from bihuan.joint.types.forms import CoverUnit, EndTopic, NameLiaison, NewTopic
from bihuan.joint.types.happenings import LiaisonNamed, TopicEnded, TopicEntered, UnitCovered
from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal, Unknown, granted
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, Succession
from bihuan.policy import norms
from bihuan.record.commands import NOWHERE, append, command, lock
from bihuan.record.types import Chain, subject_of


def _books(actor: Actor, norm: Norm, now: datetime) -> Chain:
    """The jurisdiction's chain under lock, where its regulation has such a list."""
    pack = organisations.pack_of(actor.jurisdiction, now=now)
    granted(None if pack.binds(norm) else Refusal("本地规定没有这一项。", norm))
    return lock(subject_of("jurisdiction", actor.jurisdiction))


def _note(chain: Chain, happening: Happening, norm: Norm, actor: Actor, now: datetime) -> None:
    pack = organisations.pack_of(actor.jurisdiction, now=now)
    append(chain, happening, actor=actor, seat=min(actor.seats, default=NOWHERE), norm=norm, pack=pack, now=now)


@command()
def enter_topic(*, fields: NewTopic, actor: Actor, now: datetime) -> None:
    """The staffing body enters or amends an entry of the list of tough whistles; what it said before stays readable."""
    chain = _books(actor, norms.WHISTLE_TOPICS, now)
    pack = organisations.pack_of(actor.jurisdiction, now=now)
    known = {unit.code: unit for unit in organisations.units(actor.jurisdiction)}
    granted(
        rules.may_keep_topics(actor, known.values(), pack),
        rules.may_list(responders=fields.responders, known=known, pack=pack),
        binds=pack.binds,
        pack=pack.ref,
    )
    standing = WhistleTopic.objects.filter(jurisdiction=actor.jurisdiction, code=fields.code, until_on__isnull=True)
    last = standing.values_list("from_on", flat=True).first()
    granted(rules.may_begin_on(fields.from_on, last=last, norm=norms.WHISTLE_TOPICS))
    standing.update(until_on=fields.from_on)
    WhistleTopic.objects.create(
        jurisdiction=actor.jurisdiction,
        code=fields.code,
        matter=fields.matter,
        responders=list(fields.responders),
        basis=fields.basis,
        from_on=fields.from_on,
    )
    happening = TopicEntered(
        code=fields.code,
        matter=fields.matter,
        responders=fields.responders,
        basis=fields.basis,
        from_on=fields.from_on,
    )
    _note(chain, happening, norms.WHISTLE_TOPICS, actor, now)


@command()
def end_topic(*, fields: EndTopic, actor: Actor, now: datetime) -> None:
    """The staffing body takes an entry off the list from a day on."""
    chain = _books(actor, norms.WHISTLE_TOPICS, now)
    pack = organisations.pack_of(actor.jurisdiction, now=now)
    granted(rules.may_keep_topics(actor, organisations.units(actor.jurisdiction), pack), pack=pack.ref)
    standing = WhistleTopic.objects.filter(jurisdiction=actor.jurisdiction, code=fields.code, until_on__isnull=True)
    last = standing.values_list("from_on", flat=True).first()
    if last is None:
        raise Unknown(fields.code)
    granted(rules.may_begin_on(fields.until_on, last=last, norm=norms.WHISTLE_TOPICS))
    standing.update(until_on=fields.until_on)
    happening = TopicEnded(code=fields.code, until_on=fields.until_on, reason=fields.reason)
    _note(chain, happening, norms.WHISTLE_TOPICS, actor, now)


def _inherit(passed: Succession, actor: Actor, now: datetime) -> None:
    """With the post of a leader goes the portfolio, with that of a deputy whose liaison they were: on the same day."""
    kept: type[Entrusted] | None = {Post.LEADER: Portfolio, Post.DEPUTY: Liaison}.get(Post(passed.post))
    if kept is None:
        return
    rows = kept._default_manager.filter(jurisdiction=passed.jurisdiction, account=passed.before, until_on__isnull=True)
    rows = rows.filter(unit=passed.unit) if kept is Liaison else rows
    for row in rows.order_by("unit"):
        on, norm = max(passed.on, row.from_on), norms.WHISTLE_LIAISON if kept is Liaison else norms.LINKAGE_COORDINATE
        before = _succeed(kept, row.unit, passed.after, on, norm, actor)
        told = LiaisonNamed if kept is Liaison else UnitCovered
        happening = told(unit=row.unit, account=passed.after, from_on=on, succeeded=before)
        _note(lock(subject_of("jurisdiction", actor.jurisdiction)), happening, norm, actor, now)


organisation_commands.inherits(_inherit)
duties.answers_beside(queries.answered_for)


def _succeed(kept: type[Entrusted], unit: str, account: str, from_on: date, norm: Norm, actor: Actor) -> str:
    """Whoever answered for the unit does so until that day, then the other; answers who it was before."""
    standing = kept._default_manager.filter(unit=unit, until_on__isnull=True)
    before = standing.first()
    granted(rules.may_begin_on(from_on, last=before.from_on if before else None, norm=norm))
    standing.update(until_on=from_on)
    kept._default_manager.create(jurisdiction=actor.jurisdiction, unit=unit, account=account, from_on=from_on)
    return before.account if before else ""


@command()
def name_liaison(*, unit: str, fields: NameLiaison, actor: Actor, now: datetime) -> None:
    """A unit names the one deputy who answers whistles; whoever did before is succeeded."""
    norm = norms.WHISTLE_LIAISON
    chain = _books(actor, norm, now)
    deputies = queries.deputies(unit, now=now)
    granted(rules.may_be_liaison(fields.account, unit=unit, actor=actor, deputies=deputies))
    before = _succeed(Liaison, unit, fields.account, fields.from_on, norm, actor)
    happening = LiaisonNamed(unit=unit, account=fields.account, from_on=fields.from_on, succeeded=before)
    _note(chain, happening, norm, actor, now)


@command()
def cover(*, fields: CoverUnit, actor: Actor, now: datetime) -> None:
    """Enter which leader's portfolio covers a unit: there its reports of difficulty go."""
    norm = norms.LINKAGE_COORDINATE
    chain = _books(actor, norm, now)
    leaders = {leader.account for leader in queries.leaders(actor.jurisdiction, now)}
    ref = organisations.pack_of(actor.jurisdiction, now=now).ref
    granted(rules.may_cover(fields.account, leaders=leaders, actor=actor), pack=ref)
    if fields.unit not in organisations.named([fields.unit], actor.jurisdiction, now=now):
        raise Unknown(fields.unit)
    before = _succeed(Portfolio, fields.unit, fields.account, fields.from_on, norm, actor)
    happening = UnitCovered(unit=fields.unit, account=fields.account, from_on=fields.from_on, succeeded=before)
    _note(chain, happening, norm, actor, now)
