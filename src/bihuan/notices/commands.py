"""How notices come about, and that they were read. They are no part of the record: they only tell of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from bihuan.duties import queries as duties
from bihuan.duties.types import FallsDue, FellDue, OverdueTold
from bihuan.kernel.actor import Actor
from bihuan.notices.models import Notice
from bihuan.notices.types import Group
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post
from bihuan.policy.ladders import To
from bihuan.record import scope, stream
from bihuan.record.stream import Consumer, StreamEvent

NOTICES = stream.consumes(Consumer("notices"))
MOST = 10
"""Of more than so many of one group that come to somebody together, one notice tells."""
KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A notice before it is known whose it is: for the holders of a post, and others of the unit."""

    group: Group
    event: StreamEvent
    duty: str
    unit: str
    posts: tuple[str, ...]
    due_at: datetime
    told: str = ""
    """The unit whose people are told, where that is another one."""

    @property
    def whose(self) -> str:
        """The unit whose people are told."""
        return self.told or self.unit


def take_in(*, most: int = 500) -> int | None:
    """Make notices of the next events of the record; answers how many events, None where another worker does."""
    with stream.batch(NOTICES, most=most) as events:
        if events is None:
            return None
        if events:
            wanted = [*_wanted(events)]
            Notice.objects.bulk_create(_notices(wanted), ignore_conflicts=True, batch_size=500)
        return len(events)


def _wanted(events: Sequence[StreamEvent]) -> Iterator[_Wanted]:
    opening = [event for event in events if event.facts.get("opens")]
    posts = duties.posts_owing({event.subject for event in opening}) if opening else {}
    for event in events:
        for kind, holder, due_at in cast("list[list[str]]", event.facts.get("opens") or []):
            if post := posts.get((event.subject, kind, holder)):  # or it is settled already
                yield _Wanted(Group.OPENED, event, kind, holder, (post,), datetime.fromisoformat(due_at))
        if event.kind == OverdueTold.kind:
            said = cast("Mapping[str, str]", event.facts)
            due = datetime.fromisoformat(said["due_at"])
            office = (said["post"], str(Post.HEAD))
            yield _Wanted(Group.FELL_DUE, event, said["duty"], said["holder"], office, due, said["told"])
        if event.kind in (FallsDue.kind, FellDue.kind):
            said = cast("Mapping[str, str]", event.facts)
            group = Group.FALLS_DUE if event.kind == FallsDue.kind else Group.FELL_DUE
            to = cast("list[str]", event.facts.get("to") or [To.HOLDER, To.HEAD])
            whom = tuple(_posts(said["post"], to))
            yield _Wanted(group, event, said["duty"], said["holder"], whom, datetime.fromisoformat(said["due_at"]))


def _posts(post: str, to: Iterable[str]) -> Iterator[str]:
    """The posts that a step tells."""
    named = {str(To.HOLDER): post, str(To.DEPUTY): str(Post.DEPUTY), str(To.HEAD): str(Post.HEAD)}
    return (named[one] for one in dict.fromkeys(to))


def _notices(wanted: Sequence[_Wanted]) -> Iterator[Notice]:
    """One a person and event; of what comes to somebody in great number one for all."""
    whose: dict[tuple[str, Group], list[_Wanted]] = defaultdict(list)
    for at, among in _by_moment(wanted).items():
        held = organisations.holders_by_post({one.whose for one in among}, now=at)
        for one in among:
            for account in _accounts(one, held) - {one.event.account}:
                whose[(account, one.group)].append(one)
    for (account, group), found in whose.items():
        if len(found) > MOST:
            last = found[-1]
            yield _notice(account, group, last, times=len(found))
        else:
            yield from (_notice(account, group, one) for one in found)


def _by_moment(wanted: Sequence[_Wanted]) -> Mapping[datetime, list[_Wanted]]:
    """What happened on one day is told to who held the posts then."""
    found: dict[datetime, list[_Wanted]] = defaultdict(list)
    days: dict[object, datetime] = {}
    for one in wanted:
        found[days.setdefault(organisations.today(one.event.at), one.event.at)].append(one)
    return found


def _accounts(one: _Wanted, held: Mapping[tuple[str, str], Collection[str]]) -> set[str]:
    """Whoever holds one of the posts; where nobody holds the first, the unit's head and its deputy."""
    unit = one.whose
    posts = one.posts if held.get((unit, one.posts[0])) else (*one.posts, str(Post.HEAD), str(Post.DEPUTY))
    return {account for post in posts for account in held.get((unit, post), ())}


def _notice(account: str, group: Group, one: _Wanted, *, times: int = 1) -> Notice:
    alone = times == 1
    return Notice(
        jurisdiction=one.event.jurisdiction,
        account=account,
        group=group,
        subject=one.event.subject if alone else "",
        duty=one.duty if alone else "",
        unit=one.unit if alone else "",
        event=one.event.id,
        due_at=one.due_at if alone else None,
        at=one.event.at,
        times=times,
    )


def mark_read(*, ids: Collection[int] | None, actor: Actor, now: datetime) -> int:
    """Note that the actor has read some of their notices, or all; answers how many."""
    with scope.acting(actor):
        mine = Notice.objects.filter(account=actor.account, jurisdiction=actor.jurisdiction, read_at__isnull=True)
        return (mine if ids is None else mine.filter(id__in=list(ids))).update(read_at=now)


def forget(*, jurisdiction: str, now: datetime) -> int:
    """Forget notices that are older than three months; answers how many."""
    return Notice.objects.filter(jurisdiction=jurisdiction, at__lt=now - KEPT).delete()[0]
