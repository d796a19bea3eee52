"""What becomes of an instruction: confirmed or not, tasks reported, laid before the leader, closed or taken back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bihuan.duties.life import Locked
from bihuan.duties.types import Singly
from bihuan.instructions import queries, rules
from bihuan.instructions.commands.life import (
    LIFE,
    Asked,
    act,
    bind,
    bind_scan,
    confirmed,
    let_in,
    may_be_tasked,
    names_of,
    report_after,
    still_there,
    tasks_of,
    tell_of,
    write_tasks,
)
from bihuan.instructions.models import Task
from bihuan.instructions.types import InstructionAct, InstructionDuty, InstructionFacts
from bihuan.instructions.types.forms import (
    AddScan,
    AddTasks,
    CloseInstruction,
    ConfirmInstruction,
    HandleAgain,
    RejectInstruction,
    ReportTask,
    ReportUp,
    RevokeInstruction,
)
from bihuan.instructions.types.happenings import (
    HandledAgain,
    InstructionClosed,
    InstructionConfirmed,
    InstructionRejected,
    InstructionRevoked,
    ReportedUp,
    ScanAdded,
    TaskReported,
    TasksAdded,
)
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Pack
from bihuan.record.types import Done

A, D = InstructionAct, InstructionDuty


def _may_verify(found: InstructionFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_verify(queries.confirming(found, now), actor, norm=norms.INSTRUCTION_BY_POST)


@act(A.VERIFY, ConfirmInstruction, ask=_may_verify)
def verify(locked: Locked[InstructionFacts], fields: ConfirmInstruction) -> Done:
    """It was given, and so: it is in force, and whoever it tasks begins."""
    found, now = locked.facts, locked.now
    waiting = [Asked(one.unit, one.due_on) for one in queries.waiting_tasks(found.id)]
    asked = still_there(waiting, found.jurisdiction, now)
    let_in(found, asked, now)
    tasks = tasks_of(found, asked, locked.pack, now)
    openings = report_after(found, tasks, locked.pack, now)
    done = LIFE.advance(locked, InstructionConfirmed(), openings=openings, singly=Singly(opens=tasks))
    tell_of(locked, "核实属实，批示生效")
    return done


@act(A.REJECT, RejectInstruction, ask=_may_verify)
def reject(locked: Locked[InstructionFacts], fields: RejectInstruction) -> Done:
    """It was not given, or not so: it is void."""
    done = LIFE.advance(locked, InstructionRejected(reason=fields.reason), changes={"outcome": fields.reason})
    tell_of(locked, "核实不实，批示无效")
    return done


def _may_add_scan(found: InstructionFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_add_scan(found)


@act(A.ADD_SCAN, AddScan, ask=_may_add_scan)
def add_scan(locked: Locked[InstructionFacts], fields: AddScan) -> Done:
    """What was said on the telephone is there on paper."""
    found = locked.facts
    locked.grant(bind_scan(found.number, fields.scan, locked.actor))
    title = f"{found.leader}批示（{fields.reference}）"
    changes = {"reference": fields.reference, "scan": list(fields.scan), "title": title}
    return LIFE.advance(locked, ScanAdded(reference=fields.reference, scan=fields.scan), changes=changes)


@act(A.ADD_TASKS, AddTasks)
def add_tasks(locked: Locked[InstructionFacts], fields: AddTasks) -> Done:
    """Further units do something by it; the report upward waits for them, and is due when it was due."""
    found, now, pack = locked.facts, locked.now, locked.pack
    latest = found.duties.get(D.REPORT)
    locked.grant(
        *may_be_tasked(
            fields,
            about=found.about,
            jurisdiction=found.jurisdiction,
            tasked=found.tasked,
            pack=pack,
            now=now,
            latest=latest.astimezone(ZONE).date() if latest else None,
        )
    )
    asked = write_tasks(found.id, fields, now)
    let_in(found, asked, now)
    names = _names(fields.units, found.jurisdiction, now)
    happening = TasksAdded(units=fields.units, unit_names=names, task=fields.task, due_on=fields.due_on)
    singly = Singly(opens=tasks_of(found, asked, pack, now, latest=latest))
    done = LIFE.advance(locked, happening, singly=singly)
    tell_of(locked, f"交办{names}办理")
    return done


def _names(units: Sequence[str], jurisdiction: str, now: datetime) -> str:
    known = organisations.named(units, jurisdiction, now=now)
    return names_of(known[unit] for unit in units)


def _may_report(found: InstructionFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_report(found, actor)


@act(A.REPORT, ReportTask, ask=_may_report)
def report(locked: Locked[InstructionFacts], fields: ReportTask) -> Done:
    """A unit tells what it did."""
    found, now = locked.facts, locked.now
    seat = found.seat_owing(locked.actor)
    assert seat is not None, "asked by the rule"
    locked = replace(locked, seat=seat)
    locked.grant(rules.may_have_done(fields.done_on, since=found.issued_on, today=organisations.today(now)))
    Task.objects.filter(pk=queries.open_task(found.id, seat.unit)).update(
        result=fields.result,
        done_on=fields.done_on,
        reported_at=now,
        reported_by_name=locked.actor.name,
        reported_post=locked.pack.called(seat.post),
    )
    bind(found, fields.attachments, locked.actor)
    name = organisations.unit_names([seat.unit]).get(seat.unit, seat.unit)
    happening = TaskReported(
        unit_name=name, result=fields.result, done_on=fields.done_on, attachments=fields.attachments
    )
    done = LIFE.advance(locked, happening, singly=Singly(settles=((str(D.TASK), seat.unit),)))
    tell_of(locked, f"{name}报告办理情况")
    return done


@act(A.REPORT_UP, ReportUp)
def report_up(locked: Locked[InstructionFacts], fields: ReportUp) -> Done:
    """What came of it is laid before the leader."""
    found = locked.facts
    bind(found, fields.attachments, locked.actor)
    happening = ReportedUp(report=fields.report, attachments=fields.attachments)
    changes = {"report": fields.report, "reported_by": locked.actor.account}
    done = LIFE.advance(locked, happening, changes=changes, openings=confirmed(D.CLOSE, found, locked.pack))
    tell_of(locked, "办理情况已上报")
    return done


def _may_decide(found: InstructionFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_decide(found, queries.confirming(found, now), actor)


def _show_word(locked: Locked[InstructionFacts], scan: Sequence[int]) -> None:
    """Whoever decides for the leader shows the leader's word."""
    locked.grant(rules.must_show_word(scan, in_person=locked.seat.post == Post.LEADER))
    locked.grant(bind_scan(locked.facts.number, scan, locked.actor))


@act(A.CLOSE, CloseInstruction, ask=_may_decide)
def close(locked: Locked[InstructionFacts], fields: CloseInstruction) -> Done:
    """The leader holds it to be carried out."""
    _show_word(locked, fields.scan)
    happening = InstructionClosed(outcome=fields.outcome, scan=fields.scan)
    done = LIFE.advance(locked, happening, changes={"outcome": fields.outcome})
    tell_of(locked, "审结")
    return done


@act(A.AGAIN, HandleAgain, ask=_may_decide)
def again(locked: Locked[InstructionFacts], fields: HandleAgain) -> Done:
    """The leader wants more of it."""
    found, now, pack = locked.facts, locked.now, locked.pack
    locked.grant(
        *locked.beyond(fields),
        *may_be_tasked(
            fields, about=found.about, jurisdiction=found.jurisdiction, tasked=found.tasked, pack=pack, now=now
        ),
    )
    _show_word(locked, fields.scan)
    asked = write_tasks(found.id, fields, now)
    let_in(found, asked, now)
    tasks = tasks_of(found, asked, pack, now)
    happening = HandledAgain(
        reason=fields.reason, scan=fields.scan, units=fields.units, task=fields.task, due_on=fields.due_on
    )
    openings = report_after(found, tasks, pack, now)
    done = LIFE.advance(locked, happening, changes={"reported_by": ""}, openings=openings, singly=Singly(opens=tasks))
    tell_of(locked, "退回继续办理")
    return done


@act(A.REVOKE, RevokeInstruction, ask=_may_decide)
def revoke(locked: Locked[InstructionFacts], fields: RevokeInstruction) -> Done:
    """The leader takes it back."""
    _show_word(locked, fields.scan)
    happening = InstructionRevoked(reason=fields.reason, scan=fields.scan)
    done = LIFE.advance(locked, happening, changes={"outcome": fields.reason})
    tell_of(locked, "撤销")
    return done
