"""Facts for rules that are asked without a database: a row names what matters to it, the rest is unremarkable."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bihuan.cases.types import AppealType, CaseFacts
from bihuan.cases.types import Stage as CaseStage
from bihuan.determination.types import DeterminationFacts, ReferralFacts
from bihuan.joint.types import JointFacts, Kind, MemberFacts
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.norm import Norm
from bihuan.matters.types import MatterFacts
from bihuan.organisations.rules import RESPONSIBLE
from bihuan.organisations.types import AppointmentRow, UnitFacts
from bihuan.policy import loader
from bihuan.policy.pack import Binding, Ground, Pack
from bihuan.supervision.types import DirectiveFacts, UrgeStage
from bihuan.supervision.types import Kind as DirectiveKind
from bihuan.vetting.specimens import plain
from tests.towns import START

NOW = START
WENDENG = loader.pack("wendeng-2021-10")
HUAINAN = loader.pack("huainan-2021-55")


def case(**known: Any) -> CaseFacts:
    """A request for help that the unit `unit` handles, taken in by `desk`."""
    usual = {
        "number": "C1",
        "jurisdiction": "town",
        "pack": WENDENG.ref,
        "stage": CaseStage.HANDLING,
        "appeal_type": AppealType.HELP,
        "urgency": "normal",
        "callback_wanted": True,
        "desk": "desk",
        "lead": "unit",
        "assigned_at": NOW,
        "answered_by": "drafter",
        "signed_off_by": "signer",
        "reviewed_by": "reviewer",
        "proposed_by": "proposer",
    }
    return plain(CaseFacts, **{**usual, **known})


def owed(*kinds: str, at: datetime = NOW + timedelta(days=2)) -> dict[str, datetime]:
    """Open duties that are due at the same moment."""
    return dict.fromkeys(kinds, at)


def member(code: str = "other", **known: Any) -> MemberFacts:
    """A unit that was asked to join, with its name as its code."""
    return plain(MemberFacts, **{"unit": code, "name": code, **known})


def joint(kind: Kind = Kind.LINKAGE, /, *members: MemberFacts, **known: Any) -> JointFacts:
    """A linkage or whistle of `unit` on a case that it still handles."""
    usual = {
        "kind": kind,
        "case_stage": CaseStage.HANDLING,
        "case_lead": "unit",
        "case_assignment": 1,
        "assignment": 1,
        "initiator": "unit",
        "members": members,
    }
    return plain(JointFacts, **{**usual, **known})


def matter(**known: Any) -> MatterFacts:
    """A listed matter in the hands of `unit`."""
    usual = {
        "number": "M1",
        "lead": "unit",
        "proposed_by": "proposer",
        "drafted_by": "drafter",
        "submitted_by": "submitter",
        "confirmed_by": "confirmer",
    }
    return plain(MatterFacts, **{**usual, **known})


def determination(**known: Any) -> DeterminationFacts:
    """A determination of who is responsible for a case."""
    return plain(DeterminationFacts, **known)


def referral(**known: Any) -> ReferralFacts:
    """A refusal of `unit` on its way to whoever is competent."""
    return plain(ReferralFacts, **{"unit": "unit", "unit_name": "单位", **known})


def directive(**known: Any) -> DirectiveFacts:
    """What `offices` sent to `unit`."""
    usual = {"kind": DirectiveKind.URGE, "issuer": "offices", "unit": "unit", "stage": UrgeStage.SENT}
    return plain(DirectiveFacts, **{**usual, **known})


def unit(type_code: str = "department", code: str = "unit", *, active: bool = True, **known: Any) -> UnitFacts:
    """An active unit of a type with its responsible persons, by default one that handles requests."""
    said = {"code": code, "name": code, "type": type_code, "active": active, "jurisdiction": "town"}
    known.setdefault("posts", frozenset(RESPONSIBLE))
    return plain(UnitFacts, **{**said, **known})


def person(*seats: str, account: str = "somebody", **known: Any) -> Actor:
    """Somebody who holds these posts, each written `unit.post`."""
    held = frozenset(Seat(*seat.rsplit(".", 1)) for seat in seats)
    return plain(Actor, **{"account": account, "jurisdiction": "town", "seats": held, **known})


REQUESTER = Actor.requester("town", own="C1")
"""Whoever asked, in the case C1."""


def appointed(account: str, post: str = "deputy", unit: str = "unit", **known: Any) -> AppointmentRow:
    """Who holds a post of a unit."""
    said = {"account": account, "name": account, "unit": unit, "post": post, "from_on": NOW.date()}
    return plain(AppointmentRow, **{**said, **known})


def without(pack: Pack, *norms: Norm) -> Pack:
    """The regulation with these norms left off."""
    gone = {norm.name for norm in norms}
    return replace(pack, bindings={name: bound for name, bound in pack.bindings.items() if name not in gone})


def listing(pack: Pack, *grounds: Ground) -> Pack:
    """The regulation with these grounds, and the others of their kind gone."""
    listed: dict[str, dict[str, Ground]] = {}
    for ground in grounds:
        listed.setdefault(ground.of, {})[ground.code] = ground
    return replace(pack, grounds={**pack.grounds, **listed})


def binding(pack: Pack, norm: Norm, **parameters: object) -> Pack:
    """The regulation with this norm, and these of its parameters alone."""
    bound = pack.bindings.get(norm.name) or Binding(norm.name, None, "", {})
    return replace(pack, bindings={**pack.bindings, norm.name: replace(bound, parameters=parameters)})
