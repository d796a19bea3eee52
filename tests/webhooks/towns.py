"""A town whose events go to a receiver on a real socket, on a clock that the test moves."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bihuan.kernel.actor import Actor
from bihuan.webhooks import commands, queries
from bihuan.webhooks.jobs import deliver_to
from bihuan.webhooks.models import Attempt, Delivery, Endpoint
from bihuan.webhooks.types import NewEndpoint
from tests.outbound.receivers import Got, Receiver
from tests.record.streams import all_ended
from tests.towns import START, Town, settle

PATIENCE = 0.5


@dataclass
class Outlet:
    """An endpoint with its receiver."""

    town: Town
    there: Receiver
    account: str
    id: int = 0
    secret: str = ""
    now: datetime = START
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def row(self) -> Endpoint:
        """The endpoint."""
        return Endpoint.objects.get(pk=self.id)

    @property
    def chief(self) -> Actor:
        """Who administers the town."""
        return self.town.actor("chief")

    def later(self, **span: float) -> "Outlet":
        """Let time go by."""
        self.now += timedelta(**span)
        return self

    def queue(self) -> int:
        """Queue all that has happened."""
        all_ended()
        while commands.take_in(at=self.now):
            continue
        return Delivery.objects.filter(endpoint=self.id).count()

    def work(self) -> None:
        """What the jobs do in a minute."""
        self.queue()
        for endpoint in queries.with_work(self.now):
            deliver_to(endpoint, clock=lambda: self.now, patience=PATIENCE)

    def got(self) -> list[dict[str, Any]]:
        """What came, each as it was sent."""
        return [json.loads(one.body) for one in self.there.got]

    def states(self) -> dict[str, int]:
        """How many stand where."""
        found: dict[str, int] = {}
        for state in Delivery.objects.filter(endpoint=self.id).values_list("state", flat=True):
            found[state] = found.get(state, 0) + 1
        return found


def outlet(town: Town, there: Receiver, account: str = "desk.dispatcher", **fields: Any) -> Outlet:
    """Set up an endpoint that goes to a receiver."""
    settle(town.code, town.desk, "chief", "administrator")
    made = Outlet(town, there, f"{town.code}.{account}")
    form = NewEndpoint(**{"label": "数据平台", "address": f"{there.origin}/hook", "account": made.account, **fields})
    made.id, made.secret = commands.add(fields=form, actor=made.chief, now=START, at=START)
    return made


def ordered(got: list[dict[str, Any]]) -> Iterator[str]:
    """The subjects whose events did not come in order, or not each once."""
    by_subject: dict[str, list[int]] = {}
    for one in got:
        by_subject.setdefault(one["subject"], []).append(one["data"]["sequence"])
    for subject, sequences in by_subject.items():
        if sequences != sorted(set(sequences)):
            yield f"{subject}: {sequences}"


def once(got: list[Got]) -> bool:
    """Whether each id came once."""
    ids = [one.headers["webhook-id"] for one in got]
    return len(ids) == len(set(ids))


def forgotten() -> None:
    """Nothing of this is left for the next test."""
    Attempt.objects.all().delete()
    Delivery.objects.all().delete()
    Endpoint.objects.all().delete()
