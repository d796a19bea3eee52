"""One's own notices; and everybody's, for what carries them out of the house."""

from collections.abc import Iterable

from django.db.models import Count, F, Max, Q, QuerySet

from bihuan.kernel.actor import Actor
from bihuan.notices.models import Notice
from bihuan.notices.types import Group, NoticeRow, SentNotice
from bihuan.organisations.queries import name_of


def unread(actor: Actor) -> int:
    """How many notices the actor has not read."""
    return Notice.objects.filter(account=actor.account, read_at__isnull=True).count()


def unread_by_group(actor: Actor) -> dict[str, int]:
    """The same by what they tell."""
    rows = Notice.objects.filter(account=actor.account, read_at__isnull=True).values("group")
    return {row["group"]: row["n"] for row in rows.annotate(n=Count("id"))}


def listed(actor: Actor, *, group: str = "", before: int | None = None, limit: int = 50) -> list[NoticeRow]:
    """The actor's notices, the newest first, from an id on."""
    rows = Notice.objects.filter(account=actor.account)
    if group:
        rows = rows.filter(group=group)
    if before is not None:
        rows = rows.filter(Q(id__lt=before))
    told = rows.annotate(named=name_of("unit"), grouped=F("group")).order_by("-id")[:limit]
    return [
        NoticeRow(n.id, Group(n.group), n.subject, n.duty, n.unit, n.named, n.due_at, n.at, n.times, n.read_at)
        for n in told
    ]


def newest() -> int:
    """The id of the newest notice of anybody; 0 before there is one."""
    return int(Notice.objects.aggregate(last=Max("id"))["last"] or 0)


def after(id: int, most: int) -> list[SentNotice]:
    """The next notices of everybody after an id, in order."""
    return _sent(Notice.objects.filter(id__gt=id).order_by("id")[:most])


def told(ids: Iterable[int]) -> list[SentNotice]:
    """Notices by their ids, in order; those that were forgotten are left out."""
    return _sent(Notice.objects.filter(id__in=list(ids)).order_by("id"))


def read_among(ids: Iterable[int]) -> frozenset[int]:
    """Those of the notices that were read, or forgotten."""
    wanted = frozenset(ids)
    return wanted - frozenset(Notice.objects.filter(id__in=wanted, read_at__isnull=True).values_list("id", flat=True))


def _sent(rows: "QuerySet[Notice]") -> list[SentNotice]:
    return [
        SentNotice(n.id, n.jurisdiction, n.account, Group(n.group), n.subject, n.duty, n.due_at, n.times) for n in rows
    ]
