"""What happens because time goes by, in each jurisdiction by its own clock. Any number of workers may do it at once."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from bihuan.accountability.jobs import go_on
from bihuan.bodies.jobs import follow as follow_members
from bihuan.bulletins.jobs import keep as keep_bulletins
from bihuan.cases import commands as cases_commands
from bihuan.cases import queries as cases
from bihuan.clockwork import queries
from bihuan.clockwork.types import JobRetried
from bihuan.commitments.jobs import break_overdue
from bihuan.determination.jobs import dissolve_settled, notice_silence
from bihuan.dispatch.jobs import end_waits
from bihuan.duties import commands as duties
from bihuan.duties import queries as duty_queries
from bihuan.duties.jobs import climb
from bihuan.feedback import commands as feedback
from bihuan.feedback.jobs import follow_parents
from bihuan.feedback.types import Archive
from bihuan.intake import commands as intake
from bihuan.joint import commands as joint
from bihuan.joint.jobs import dissolve_stranded
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.localities import commands as localities
from bihuan.matters import commands as matters
from bihuan.matters.jobs import follow_key, take_along_listed
from bihuan.meetings.jobs import keep as keep_meetings
from bihuan.organisations import clocks
from bihuan.organisations import commands as organisations
from bihuan.organisations import queries as organisation_queries
from bihuan.organisations.queries import as_taken_up, pack_of, packs_of
from bihuan.organisations.queries import jurisdiction as place_of
from bihuan.policy import norms
from bihuan.policy.ladders import Do
from bihuan.policy.limits import LimitName
from bihuan.policy.pack import NoLimit
from bihuan.record import sealing
from bihuan.record.commands import NOWHERE, append, command, lock
from bihuan.record.retrying import whole
from bihuan.record.types import SealLine, subject_of
from bihuan.rhythm.jobs import keep as keep_rhythms
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision.jobs import end_urges

_log = logging.getLogger(__name__)
CATCH_UP = "clockwork.catch_up"
BATCHES = 40
"""So many are indexed in one run: some thousand cases, and never so long that the next minute waits for it."""
NOWHERE_IN_PARTICULAR = ""
"""The chains that belong to no jurisdiction, such as those of the years' notices; their clock is the real one."""


def sweep(jurisdiction: str, now: datetime) -> tuple[int, int]:
    """Take the steps of the ladder that are due, archive ripe cases; answers how many became candidates of the list and
    how many were archived.

    Units whose last day is over end first. What stood on cases that ended or went elsewhere is dissolved; what was
    joined to them follows, a case goes where its listed matter is. Whose case was taken on an earlier day sees it no
    more. Whoever was designated or determined and does nothing is to be checked by the desk. A clue is verified
    although its unit said nothing in time.
    """
    as_taken_up(place_of(jurisdiction, now=now))
    carry_out_endings(jurisdiction, now)
    dissolve_stranded(jurisdiction, now)
    dissolve_settled(jurisdiction, now)
    follow_parents(jurisdiction, now)
    take_along_listed(jurisdiction, now)
    follow_key(jurisdiction, now)
    cases_commands.end_former(jurisdiction, now)
    break_overdue(jurisdiction, now)
    notice_silence(jurisdiction, now)
    end_waits(jurisdiction, now)
    end_urges(jurisdiction, now)
    keep_rhythms(jurisdiction, now)
    keep_meetings(jurisdiction, now)
    keep_bulletins(jurisdiction, now)
    follow_members(jurisdiction, now)
    go_on(jurisdiction, now)
    climbed = climb(jurisdiction, now, labels=REGISTRY.duty_labels)
    return climbed.get(Do.LIST, 0), archive_ripe(jurisdiction, now)


def carry_out_endings(jurisdiction: str, now: datetime) -> int:
    """Let the units end whose day has come, and pass on what came to one that has ended; answers how many."""
    today = organisation_queries.today(now)
    due = {row.unit: row for row in organisation_queries.endings(jurisdiction) if row.from_on <= today}
    owing = duty_queries.owing_among(due) if due else set()
    carried_out = 0
    for unit in (code for code, row in due.items() if row.done_at is None or code in owing):
        try:
            organisations.carry_out_ending(unit=unit, actor=Actor.clockwork(jurisdiction), now=now)
            carried_out += 1
        except Exception:  # whatever stands against it, what else time demands is done
            _log.exception("the unit %s of %s does not end", unit, jurisdiction)
    return carried_out


def index(*, batches: int) -> int:
    """Let the search know what it does not know yet; answers how much."""
    known = 0
    steps = (localities.index_next, matters.index_next, joint.index_next, intake.index_next, intake.follow_names)
    for index_next in steps:
        for _ in range(batches):
            if not (fresh := index_next()):
                break
            known += fresh
    return known


def archive_ripe(jurisdiction: str, now: datetime) -> int:
    """Archive the cases closed long enough ago; answers how many."""
    waits = []
    for law in packs_of(jurisdiction, now=now):
        if law.binds(norms.ARCHIVE) and LimitName.ARCHIVE in law.limits:
            waits.append(law.limit("archive").limit.at_least)
        elif law.binds(norms.ARCHIVE):
            _log.error("%s", NoLimit(law.ref, LimitName.ARCHIVE).words)
    if not waits:
        return 0
    closed_before, archived, passed = now - min(waits), 0, 0
    while numbers := cases.to_archive(jurisdiction, closed_before=closed_before, skip=passed):
        for number in numbers:
            try:
                feedback.archive(number=number, fields=Archive(), actor=Actor.clockwork(jurisdiction), now=now)
                archived += 1
            except Refused:  # not ripe by its own regulation, or done by another worker meanwhile
                passed += 1
    return archived


def count_all(at: datetime) -> None:
    """Count what is owed and what was settled, everywhere: the figures of the regulation page."""
    for place, now in clocks.everywhere(at).items():
        duties.count_figures(place, now)


def seal_all(at: datetime) -> tuple[int, list[SealLine]]:
    """Seal every finished day everywhere and tell the seals outside the database.

    Answers how many days, and the seals told outside that the database contradicts: an alarm. Where a long transaction
    keeps on writing, the next round seals.
    """
    sealed = 0
    for place, now in ({NOWHERE_IN_PARTICULAR: at} | clocks.everywhere(at)).items():
        try:
            sealed += len(sealing.seal_finished(place, now))
        except OperationalError:
            _log.warning("no seal of %r yet: its record is still being written", place)
    _, forged = sealing.publish(settings.DATA_FOLDER / "seals.jsonl")
    for seal in forged:
        _log.error("the seal of %s on %s is another one than was told outside", seal.jurisdiction, seal.day)
    return sealed, forged


@whole
def advance_clock(*, jurisdiction: str, to: datetime, seen: timedelta, actor: Actor, now: datetime) -> datetime:
    """Move the training clock forward, and have done soon what the time gone by demands."""
    moment = organisations.advance_clock(jurisdiction=jurisdiction, to=to, seen=seen, actor=actor, now=now)
    transaction.on_commit(lambda: catch_up(jurisdiction))
    return moment


def catch_up(jurisdiction: str) -> None:
    """Have a worker do soon what time demands of the jurisdiction; asked for twice, it is done once."""
    job = app.configure_task(CATCH_UP, lock="clockwork", queueing_lock=f"{CATCH_UP}/{jurisdiction}")
    try:
        with transaction.atomic():
            job.defer(jurisdiction=jurisdiction)
    except AlreadyEnqueued:
        return


@command()
def retry_job(*, id: int, actor: Actor, now: datetime, at: datetime) -> str:
    """Have a failed job done again; answers what it does. `at` is the real moment, by which the queue works."""
    if refusal := queries.barred(actor):
        raise Refused(refusal)
    found = next((job for job in queries.operations().failed if job.id == id), None)
    if found is None:
        raise Unknown(str(id))
    app.job_manager.retry_job_by_id(id, retry_at=at)
    append(
        lock(subject_of("jurisdiction", actor.jurisdiction)),
        JobRetried(job=id, task=found.task, label=found.label),
        actor=actor,
        seat=min(actor.seats, default=NOWHERE),
        norm=norms.WORKING_TIME,
        pack=pack_of(actor.jurisdiction, now=now),
        now=now,
    )
    return found.label
