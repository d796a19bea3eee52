"""Which instructions an act of a subject rests on; the caller has made sure that the actor may see the subject."""

from collections.abc import Collection
from datetime import datetime

from bihuan.instructions.models import Instruction
from bihuan.instructions.types import InstructionRow
from bihuan.organisations.queries import holders, person_names, units_with
from bihuan.organisations.types import AppointmentRow, Post
from bihuan.policy.pack import Capacity


def of_subject(subject: str) -> tuple[InstructionRow, ...]:
    """Every instruction that was entered for the subject, the newest first."""
    return _told(Instruction.objects.filter(subject=subject).order_by("-id"))


def pending(subject: str, *, now: datetime) -> InstructionRow | None:
    """The newest instruction of the subject that nobody has confirmed or denied."""
    waiting = Instruction.objects.filter(subject=subject, verified_at__isnull=True, denied_at__isnull=True)
    return next(iter(_told(waiting.order_by("-id")[:1], now=now)), None)


def others_pending(subject: str, *, holder: str, but: int) -> bool:
    """Whether the holder still has another instruction of the subject to confirm."""
    waiting = Instruction.objects.filter(subject=subject, verified_at__isnull=True, denied_at__isnull=True)
    return waiting.filter(holder=holder).exclude(pk=but).exists()


def leaders(jurisdiction: str, at: datetime) -> dict[str, AppointmentRow]:
    """Account → the appointment of whoever was a leader of the jurisdiction then."""
    bodies = [unit.code for unit in units_with(Capacity.LEADERSHIP, jurisdiction)]
    return {a.account: a for a in holders(bodies, at) if a.post == Post.LEADER} if bodies else {}


def _told(rows: Collection[Instruction], *, now: datetime | None = None) -> tuple[InstructionRow, ...]:
    found = list(rows)
    names = person_names({account for r in found for account in (r.account, r.entered_by, r.settled_by) if account})
    today = leaders(found[0].jurisdiction, now) if found and now else {}
    return tuple(
        InstructionRow(
            id=r.pk,
            act=r.act,
            leader=r.leader,
            account=r.account,
            account_name=names.get(r.account, ""),
            issued_on=r.issued_on,
            reference=r.reference,
            scan=tuple(r.scan),
            entered_by=r.entered_by,
            entered_by_name=names.get(r.entered_by, ""),
            entered_at=r.entered_at,
            unit=r.unit,
            holder=r.holder,
            post=r.post,
            units=tuple(r.units),
            before=r.before,
            verified_at=r.verified_at,
            settled_by_name=names.get(r.settled_by, ""),
            denied_at=r.denied_at,
            in_office=r.account in today,
        )
        for r in found
    )
