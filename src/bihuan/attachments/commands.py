"""Every write to the attachments."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet, Sum
from procrastinate.contrib.django import app

from bihuan.attachments import rules, scanner, shelf
from bihuan.attachments.examination import CITIZENS, OFFICIALS
from bihuan.attachments.examination import examine as examination
from bihuan.attachments.models import Attachment
from bihuan.attachments.types import MOST_UNBOUND, Admitted, AttachmentRef, FileKind, FileState, Held
from bihuan.kernel.actor import REQUESTER, Actor
from bihuan.kernel.refusal import Refusal, Refused, granted
from bihuan.organisations.clocks import Clock
from bihuan.record import scope
from bihuan.record.retrying import retried, whole

KEPT_UNBOUND, KEPT_OF_CITIZENS = timedelta(days=1), timedelta(hours=1)
MOST_AT_ONCE = 1000
"""Files that go for one: were they ever so small, the next one finds the others."""
_OF_CITIZENS = Q(uploaded_by__startswith=f"{REQUESTER}:")
CHECK, DROP = "attachments.check", "attachments.drop"


def store(*, jurisdiction: str, name: str, data: bytes | BinaryIO, actor: Actor, now: datetime) -> AttachmentRef:
    """Take in a file, checked and cleaned; it waits for the act that binds it. Raises Refused."""
    return shelve(jurisdiction=jurisdiction, file=examine(name=name, data=data, actor=actor), actor=actor, now=now)


def examine(*, name: str, data: bytes | BinaryIO, actor: Actor) -> Admitted:
    """Look into a file, outside of any transaction: it takes long, and nothing is written. Raises Refused."""
    limit: int = settings.ATTACHMENT_LIMIT
    content = data if isinstance(data, bytes) else data.read(limit + 1)
    lane = CITIZENS if actor.is_requester else OFFICIALS
    granted(rules.may_lay_down(free=shelf.free(), least=settings.LEAST_FREE))
    if actor.is_requester:
        granted(rules.may_add(held=_held(actor), size=len(content), most=settings.FORM_LIMIT))
    with scope.aside():
        found = examination(name=name, content=content, limit=limit, lane=lane)
    if isinstance(found, Refusal):
        raise Refused(found)
    return found


@retried
def shelve(*, jurisdiction: str, file: Admitted, actor: Actor, now: datetime) -> AttachmentRef:
    """Keep a file that was looked into; its content is safe on the disk before the row is written. Raises Refused."""
    with scope.acting(actor):
        if actor.is_requester:
            _make_room(file, actor)
        digest = shelf.digest_of(file.content)
        _hold(digest)
        unchecked = scanner.wanted() and not shelf.place(digest).exists()
        row = Attachment.objects.create(
            jurisdiction=jurisdiction,
            sha256=shelf.put(file.content, unchecked=unchecked),
            state=FileState.WAITING if unchecked else FileState.RELEASED,
            size=len(file.content),
            mime=file.kind,
            name=file.name,
            uploaded_by=actor.account,
            uploaded_at=now,
        )
        if unchecked:
            app.configure_task(CHECK).defer(attachment=row.pk)
    return row.ref()


def keep(
    *, subject: tuple[str, str], jurisdiction: str, name: str, kind: FileKind, content: bytes, by: str, at: datetime
) -> AttachmentRef:
    """Keep a file that we made ourselves, bound to its subject, inside the transaction that records it."""
    digest = shelf.digest_of(content)
    _hold(digest)
    row = Attachment.objects.create(
        jurisdiction=jurisdiction,
        subject_kind=subject[0],
        subject_number=subject[1],
        sha256=shelf.put(content),
        size=len(content),
        mime=kind,
        name=name,
        uploaded_by=by,
        uploaded_at=at,
    )
    return row.ref()


def check(*, attachment: int, clock: Clock) -> FileState | None:
    """Ask the scanner about a file that waits, and release it or leave it aside; None where there is nothing to ask."""
    row = Attachment.objects.filter(pk=attachment, state=FileState.WAITING).first()
    if row is None:
        return None
    path = shelf.aside(row.sha256)
    verdict = scanner.ask(path) if path.exists() else scanner.Verdict("")
    with transaction.atomic():
        _hold(row.sha256)
        if verdict.clean:
            shelf.release(row.sha256)
        if not shelf.place(row.sha256).exists() and verdict.clean:
            raise scanner.NoVerdict("the file is gone")
        state = FileState.RELEASED if verdict.clean else FileState.SUSPICIOUS
        Attachment.objects.filter(pk=row.pk, state=FileState.WAITING).update(
            state=state, checked_at=clock(row.jurisdiction), finding=verdict.finding
        )
    return state


def waiting(*, size: int = 100) -> list[int]:
    """Files that wait for the scanner, the oldest first."""
    rows = Attachment.objects.filter(state=FileState.WAITING).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:size])


def bind(
    *, ids: Collection[int], subject_kind: str, subject_number: str, actor: Actor, fresh: bool = False
) -> tuple[AttachmentRef, ...]:
    """Give uploaded files to a subject, inside the transaction of the act that they belong to. Raises Refused.

    What proves this act must be `fresh`: a page that was sealed or signed for an earlier one proves nothing of it,
    were it uploaded once more.
    """
    if not ids:
        return ()
    subject = (subject_kind, subject_number)
    there = Q(subject_kind=subject_kind, subject_number=subject_number)
    wanted = (Q(uploaded_by=actor.account) | there) & Q(pk__in=ids)
    if fresh:
        wanted |= there & Q(sha256__in=Attachment.objects.filter(pk__in=ids).values("sha256"))
    rows = Attachment.objects.select_for_update().filter(wanted, jurisdiction=actor.jurisdiction).order_by("pk")
    known = [row.ref() for row in rows]
    found, earlier = [ref for ref in known if ref.id in ids], [ref for ref in known if ref.id not in ids]
    granted(rules.may_bind(ids=ids, found=found, subject=subject, actor=actor, fresh=fresh, earlier=earlier))
    unbound = [ref.id for ref in found if ref.subject_number is None]
    Attachment.objects.filter(pk__in=unbound).update(subject_kind=subject_kind, subject_number=subject_number)
    return tuple(replace(ref, subject_kind=subject_kind, subject_number=subject_number) for ref in found)


def erase(subject_kind: str, subject_number: str) -> int:
    """Erase the files of a subject, inside the transaction of the command that says why; answers how many.

    The row stays, without its name; the content goes when the erasure holds and nobody else has the same.
    """
    rows = Attachment.objects.filter(subject_kind=subject_kind, subject_number=subject_number)
    held = list(rows.exclude(state=FileState.ERASED).select_for_update().order_by("pk"))
    rows.filter(pk__in=[row.pk for row in held]).update(state=FileState.ERASED, name="（已依法删除）")
    for digest in sorted({row.sha256 for row in held}):
        app.configure_task(DROP).defer(digest=digest)
    return len(held)


def sweep_unbound(*, jurisdiction: str, now: datetime, size: int = 200) -> int:
    """Delete a jurisdiction's files that no act bound in time, by its clock; answers how many of this batch.

    Those of officials stay for a day, those of citizens for an hour.
    """
    old = Q(uploaded_at__lt=now - KEPT_UNBOUND) | (_OF_CITIZENS & Q(uploaded_at__lt=now - KEPT_OF_CITIZENS))
    rows = _take_away(_unbound(jurisdiction).filter(old), size)
    for digest in {row.sha256 for row in rows}:
        drop_unused(digest)
    return len(rows)


@whole
def _take_away(chosen: "QuerySet[Attachment]", size: int) -> list[Attachment]:
    rows = list(chosen.order_by("uploaded_at").select_for_update(skip_locked=True)[:size])
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return rows


def _unbound(jurisdiction: str) -> "QuerySet[Attachment]":
    return Attachment.objects.filter(subject_number__isnull=True, jurisdiction=jurisdiction)


def _held(actor: Actor) -> Held:
    """What a citizen has sent with this opening of the form; in their own case, what no act has bound yet."""
    rows = Attachment.objects.filter(uploaded_by=actor.account)
    found = (rows.filter(subject_number__isnull=True) if actor.own else rows).aggregate(n=Count("id"), of=Sum("size"))
    return Held(found["n"], found["of"] or 0)


def _make_room(file: Admitted, actor: Actor) -> None:
    """Ask again whether a citizen may add the file, while no other is added; for it the oldest of all citizens' go."""
    with connection.cursor() as cursor:
        lock = "SELECT pg_advisory_xact_lock(hashtextextended('citizens'' files ' || %s, 0))"
        cursor.execute(lock, [actor.jurisdiction])
    granted(rules.may_add(held=_held(actor), size=len(file.content), most=settings.FORM_LIMIT))
    theirs = _unbound(actor.jurisdiction).filter(_OF_CITIZENS)
    over = (theirs.aggregate(of=Sum("size"))["of"] or 0) + len(file.content) - MOST_UNBOUND
    gone = []
    for row in theirs.order_by("uploaded_at", "pk")[:MOST_AT_ONCE] if over > 0 else ():
        if over <= 0:
            break
        over -= row.size
        gone.append(row)
    theirs.filter(pk__in=[row.pk for row in gone]).delete()  # but for what is being submitted just now
    for digest in {row.sha256 for row in gone}:  # whether others have the same, also elsewhere, a job alone can see
        app.configure_task(DROP).defer(digest=digest)


def sweep_orphans(*, at: datetime) -> int:
    """Delete contents and drafts that a crash left behind without a row; answers how many. `at` is the real moment."""
    gone = 0
    for path in shelf.left_since((at - KEPT_UNBOUND).timestamp()):
        if path.name.startswith(shelf.DRAFT):
            path.unlink(missing_ok=True)
            gone += 1
        else:
            gone += drop_unused(path.name)
    return gone


@whole
def drop_unused(digest: str) -> bool:
    """Take a content off the shelf if no row names it."""
    _hold(digest)
    unused = not Attachment.objects.filter(sha256=digest).exclude(state=FileState.ERASED).exists()
    if unused:
        shelf.remove(digest)
    return unused


def _hold(digest: str) -> None:
    """Keep others from laying down or removing the same content until the transaction ends."""
    with connection.cursor() as cursor:
        key = int.from_bytes(bytes.fromhex(digest)[:8], signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s::bigint)", [key])
