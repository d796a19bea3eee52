"""Loading the training jurisdictions: three months of invented requests, lived through act by act."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from itertools import count, cycle
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import transaction

from bihuan.cases.types import AppealType
from bihuan.clockwork.commands import sweep
from bihuan.demo import determining, founding, instructing, letters, listing, stories, supervising, together
from bihuan.demo.determining import DeterminationWalk
from bihuan.demo.founding import FOUNDER, Place
from bihuan.demo.huainan import HUAINAN
from bihuan.demo.listing import MatterWalk
from bihuan.demo.plans import PlacePlan
from bihuan.demo.stories import CaseWalk
from bihuan.demo.supervising import SentWalk
from bihuan.demo.timeline import Office, Story, Timeline
from bihuan.demo.together import JointWalk
from bihuan.demo.walk import DAY, Walk
from bihuan.demo.wendeng import WENDENG
from bihuan.determination.types import Stage as DeterminationStage
from bihuan.duties.queries import calendar
from bihuan.instructions.types import InstructionStage
from bihuan.joint.types import Kind
from bihuan.joint.types import Stage as JointStage
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.matters import queries as matters
from bihuan.matters.types import Stage
from bihuan.matters.types.rows import MatterFilters
from bihuan.organisations import commands as organisations
from bihuan.organisations import queries as organisation_queries
from bihuan.organisations.types import SCOPES, JurisdictionFacts, Post
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack
from bihuan.record import sealing
from bihuan.supervision.types import Kind as Sent
from bihuan.supervision.types import OrderStage, ReminderStage

Progress = Callable[[int, int], None]
PLANS: dict[PlacePlan, int] = {WENDENG: 58, HUAINAN: 42}
"""The places, and how many of a hundred requests each gets."""
REQUESTS = 400
DAYS = 90
SETTING_UP = timedelta(days=2)
UNDECIDED = timedelta(days=3)
"""Of so many last days nobody has decided what the clock drafted."""
NIGHT = time(0, 20)
"""When the clockwork of a day is done: the day before is over and can be sealed."""
PASSWORD = "bihuan-demo-2021"  # noqa: S105  printed for everybody to use
SEED = 20211119
OWN_NETWORKS = (
    "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1/128", "fd00::/16",
)  # fmt: skip
"""This machine, containers on it, and the office around it."""
CONSULTING = frozenset({stories.at_once})
URGENT = frozenset({stories.urgent, stories.emergency})
URGENT_TOPICS = frozenset({"water", "power", "gas", "drainage", "lift", "manhole"})


def load(progress: Progress, *, requests: int = REQUESTS, now: datetime | None = None) -> None:
    """Set up the training jurisdictions and live through the last three months, all of it or nothing."""
    present = now or datetime.now(UTC)
    begins = present - timedelta(days=DAYS)
    setting_up = sum(map(founding.steps, PLANS))
    total = setting_up + DAYS
    step = count(1)
    with transaction.atomic():
        password = organisations.hash_password(PASSWORD)
        places = [
            founding.found(plan, pack(plan.pack), password, begins - SETTING_UP, lambda: progress(next(step), total))
            for plan in PLANS
        ]
        timeline = Timeline(until=present, now=begins)
        for place in places:
            _Months(place, timeline, begins, requests * PLANS[place.plan] // 100).begin()
        timeline.run(lambda moment: progress(setting_up + (moment - begins).days, total))
        accounts = [account for place in places for account in _accounts(place, present)]
    told = {"address": _address(), "password": PASSWORD, "accounts": _shown_first(accounts)}
    _write(settings.DATA_FOLDER / "demo.json", json.dumps(told, ensure_ascii=False, indent=1))
    progress(total, total)


class _Months:
    """Three months of a place."""

    def __init__(self, place: Place, timeline: Timeline, begins: datetime, requests: int) -> None:
        self.place, self.time, self.begins, self.requests = place, timeline, begins, requests
        self.office = Office(calendar(), place.pack.hours)
        self.chance = Random(f"{SEED}/{place.plan.code}")  # noqa: S311  nothing is kept secret by it
        self.templates = letters.templates()
        self.cases: list[CaseWalk] = []
        self.ways = cycle(listing.WAYS)
        self.listed: set[str] = set()
        self.sent: set[str] = set()
        self.on_list: CaseWalk | None = None
        self.numbers = count(1)

    def begin(self) -> None:
        """Put everything that will happen on the timeline."""
        tells = list(stories.WEIGHTS)
        for tell in self.chance.choices(tells, list(stories.WEIGHTS.values()), k=self.requests):
            at = self.office.later(
                self.begins + timedelta(days=self.chance.uniform(0, DAYS)), self.chance.uniform(0, 300)
            )
            self._case(at, tell)
        for stage, tell in stories.RESTS.items():
            self._case(self.office.earlier(self.time.until, self.chance.uniform(1.2, 2.5) * DAY), tell, stage)
        if self.place.pack.binds(norms.LIST_REPORT):
            self._matters()
        if self.place.pack.binds(norms.WHISTLE_BLOW):
            self._together()
        if self.place.pack.binds(norms.DETERMINATION_REFER):
            self._in_dispute()
        self._by_hand()
        self._instructed()
        self.time.begin(self._night_after(self.begins), self._nights())

    def _case(self, at: datetime, tell: Callable[[CaseWalk], Story], rests_at: Vocabulary | None = None) -> CaseWalk:
        case = self._letter(at, tell, rests_at)
        self.cases.append(case)
        self.time.begin(at, tell(case))
        return case

    def _letter(self, at: datetime, tell: Callable[[CaseWalk], Story], rests_at: Vocabulary | None) -> CaseWalk:
        fitting = [t for t in self.templates if self._fits(t, tell)]
        plan = self.place.plan
        channel = self.chance.choices(list(plan.channels), [share for _, share in plan.channels.values()])[0]
        return CaseWalk(
            Walk("case", self.place, self.time, self.office, self.chance, rests_at),
            self._request(self.chance.choice(fitting)),
            desk=plan.channels[channel][0],
            channel=channel,
            origin_number=f"{channel.upper()}{at:%y%m%d}{next(self.numbers):04d}",
            neighbours=self.cases,
        )

    def _fits(self, template: letters.Template, tell: Callable[[CaseWalk], Story]) -> bool:
        if template.topic != "village" and self.place.responsible(template.topic) is None:
            return False
        if tell in CONSULTING:
            return template.kind == AppealType.CONSULT
        return tell not in URGENT or template.topic in URGENT_TOPICS

    def _request(self, template: letters.Template) -> letters.Request:
        plan = self.place.plan
        names = {unit.code: unit.name.removesuffix("人民政府") for unit in plan.units}
        towns = tuple(names[unit] for unit in plan.territories)
        return letters.invent(template, self.chance, roads=plan.roads, towns=towns)

    def _matters(self) -> None:
        """What the owners of channels report from their own books, and a request that is on the list today."""
        channels = [
            channel for channel, (desk, _) in self.place.plan.channels.items() if desk in ("guangdian", "ribao")
        ]
        for stage, tell in listing.RESTS.items():
            at = self.office.earlier(self.time.until, self.chance.uniform(4, 6) * DAY)
            self._matter(at, tell, self.chance.choice(channels), stage)
        at = self.office.earlier(self.time.until, self.chance.uniform(16, 17) * DAY)
        self.on_list = self._case(at, stories.stuck)
        for day in range(5, DAYS - 10, 9):
            at = self.office.later(self.begins + timedelta(days=day), self.chance.uniform(0, 400))
            self._matter(at, next(self.ways), self.chance.choice(channels))

    def _together(self) -> None:
        """What units settle together, and what they are at today."""
        together.set_up(self.place, self.begins)
        for kind, ways in ((Kind.LINKAGE, together.LINKAGES), (Kind.WHISTLE, together.WHISTLES)):
            for number, tell in enumerate(ways):
                day = self.chance.uniform(2, 8) + number * (DAYS - 25) / len(ways)
                at = self.office.later(self.begins + timedelta(days=day), self.chance.uniform(0, 300))
                self._joint(at, tell, kind)
            for stage, tell in together.RESTS.items():
                self._joint(self.office.earlier(self.time.until, self.chance.uniform(4, 5) * DAY), tell, kind, stage)

    def _joint(self, at: datetime, tell: together.Tell, kind: Kind, rests_at: JointStage | None = None) -> None:
        case = self._letter(at, stories.plain, None)
        self.cases.append(case)
        self.time.begin(at, tell(JointWalk(case, kind, rests_at)))

    def _in_dispute(self) -> None:
        """Whose requests were determined, and what is being determined today."""
        determining.set_up(self.place, self.begins)
        for number, tell in enumerate(determining.WAYS):
            day = self.chance.uniform(4, 9) + number * (DAYS - 30) / len(determining.WAYS)
            at = self.office.later(self.begins + timedelta(days=day), self.chance.uniform(0, 300))
            self._disputed(at, tell)
        for stage, tell in determining.RESTS.items():
            self._disputed(self.office.earlier(self.time.until, self.chance.uniform(4, 5) * DAY), tell, stage)
        self._disputed(self.office.earlier(self.time.until, self.chance.uniform(6, 7) * DAY), determining.REFUSING)

    def _disputed(self, at: datetime, tell: determining.Tell, rests_at: DeterminationStage | None = None) -> None:
        case = self._letter(at, stories.plain, None)
        self.cases.append(case)
        self.time.begin(at, tell(DeterminationWalk(case, rests_at)))

    def _matter(
        self, at: datetime, tell: Callable[[MatterWalk], Story], channel: str, rests_at: Stage | None = None
    ) -> None:
        listable = [t for t in self.templates if self.place.responsible(t.topic) and t.kind in letters.GRAVE]
        request = self._request(self.chance.choice(listable))
        entry = self.place.responsible(request.topic)
        assert entry is not None
        walk = Walk("matter", self.place, self.time, self.office, self.chance, rests_at)
        desk = self.place.plan.channels[channel][0]
        number = f"{channel.upper()}-{at:%y%m%d}-{next(self.numbers):04d}"
        self.time.begin(at, tell(MatterWalk(walk, request, desk, channel, entry.lead, origin_number=number)))

    def _nights(self) -> Story:
        """What time itself does: days are sealed, ripe cases archived, overdue ones become candidates."""
        while True:
            jurisdiction = self.place.plan.code
            sealing.seal_finished(jurisdiction, self.time.now)
            sweep(jurisdiction, self.time.now)
            self._take_up_candidates()
            self._take_up_sent()
            yield self._night_after(self.time.now)

    def _by_hand(self) -> None:
        """What supervisors send of themselves: some that was settled, and what is under way today."""
        orders = [None, OrderStage.HANDLING]
        reminders = [None, ReminderStage.REPLIED] if self.place.pack.binds(norms.SUPERVISE_REMIND) else []
        for kind, ways in ((Sent.REMINDER, reminders), (Sent.ORDER, orders)):
            for rests_at, days in zip(ways, (25, 4), strict=False):
                at = self.office.earlier(self.time.until, self.chance.uniform(days, days + 1) * DAY)
                self.time.begin(at, supervising.by_hand(self._sent(kind, "", rests_at)))

    def _instructed(self) -> None:
        """What a leader instructed: one that is closed, one that its units are at today."""
        for number, (rests_at, days) in enumerate(((None, 30), (InstructionStage.IN_FORCE, 2))):
            walk = Walk("instructing", self.place, self.time, self.office, self.chance, rests_at)
            if instructing.leader_of(walk) is not None:
                at = self.office.earlier(self.time.until, self.chance.uniform(days, days + 1) * DAY)
                self.time.begin(at, instructing.given(walk, number))

    def _sent(self, kind: Sent, number: str, rests_at: Vocabulary | None = None) -> SentWalk:
        walk = Walk(str(kind), self.place, self.time, self.office, self.chance, rests_at, number=number)
        return SentWalk(walk, kind)

    def _take_up_sent(self) -> None:
        """Units answer what the clock sent in the night, and who supervises decides what it drafted; the drafts of the
        last days wait."""
        if self.time.until - self.time.now < UNDECIDED:
            return
        for kind, number in supervising.sent_by_clock(self.place, self.time.now):
            if number not in self.sent:
                self.sent.add(number)
                tell = supervising.TELLS[kind][1]
                self.time.begin(self.office.later(self.time.now, 30), tell(self._sent(kind, number)))

    def _night_after(self, moment: datetime) -> datetime:
        return datetime.combine(moment.astimezone(ZONE) + timedelta(days=1), NIGHT, ZONE)

    def _take_up_candidates(self) -> None:
        """Whoever keeps the list goes on with what the night brought."""
        keeper = self.place.actors.get((listing.OFFICE, Post.LIST_KEEPER))
        if keeper is None:
            return
        behind = {case.walk.number: case for case in self.cases}
        for row in matters.ledger(keeper, MatterFilters(stage=Stage.CANDIDATE), now=self.time.now):
            if row.number in self.listed or row.case is None:
                continue
            self.listed.add(row.number)
            case = behind[row.case]
            stays, tell = (Stage.HANDLING, listing.settled) if case is self.on_list else (None, next(self.ways))
            walk = Walk("matter", self.place, self.time, self.office, self.chance, stays, number=row.number)
            matter = MatterWalk(walk, case.request, case.desk, case.channel, case.lead, case)
            self.time.begin(self.office.later(self.time.now, 30), tell(matter))


def _accounts(place: Place, now: datetime) -> list[dict[str, object]]:
    """What demo.json tells of everybody, with a fresh token for each."""
    here = organisation_queries.jurisdiction(place.plan.code)
    return [
        {
            "account": who.account,
            "name": who.name,
            "password": PASSWORD,
            "token": _token(who.account, here, now),
            "jurisdiction": place.plan.code,
            "unit": who.unit.name,
            "unit_code": place.code_of(who.unit.code),
            "posts": [place.pack.posts[post].label for post in who.posts],
        }
        for who in place.accounts
    ]


def _token(account: str, place: JurisdictionFacts, now: datetime) -> str:
    """A token of everything, good from this machine and its own networks: training asks for no second factor."""
    return organisations.issue_token(
        account=account,
        label="演示",
        scopes=SCOPES,
        networks=OWN_NETWORKS,
        second_factor=not place.second_factor,
        actor=FOUNDER,
        now=now,
        at=now,
    )


def _shown_first(accounts: list[dict[str, object]]) -> list[dict[str, object]]:
    """Those with whom a newcomer walks a request through, before the others."""
    wanted = [f"{plan.prefix.lower()}.{account}" for plan in PLANS for account in plan.first_shown]
    order = {account: place for place, account in enumerate(wanted)}
    return sorted(accounts, key=lambda account: order.get(str(account["account"]), len(order)))


def _address() -> str:
    return os.environ.get("BIHUAN_ADDRESS") or f"http://127.0.0.1:{os.environ.get('BIHUAN_PORT', '8000')}"


def _write(path: Path, text: str) -> None:
    """Put a file with secrets in its place, readable by its owner alone."""
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
