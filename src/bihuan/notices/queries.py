"""One's own notices."""

from django.db.models import Count, F, Q

from bihuan.kernel.actor import Actor
from bihuan.notices.models import Notice
from bihuan.notices.types import Group, NoticeRow
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
