"""A case or matter on its way through a training jurisdiction: every step is an act of somebody in a post."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from PIL import Image

from bihuan.attachments import commands as attachments
from bihuan.demo.founding import Place
from bihuan.demo.timeline import Office, Rested, Timeline
from bihuan.kernel.actor import Actor
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post
from bihuan.record.commands import ACTS

DAY = 540.0
"""Worked minutes of a day."""
HURRY = 0.1


@dataclass(slots=True)
class Walk:
    """One subject on its way; `rests_at` is the stage in which it is to be found at the end."""

    subject: str
    place: Place
    time: Timeline
    office: Office
    chance: Random
    rests_at: Vocabulary | None = None
    number: str = ""
    stage: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    taken: bool = False
    """Whether another story has it now, and this one ends."""

    @property
    def now(self) -> datetime:
        """The moment of the story."""
        return self.time.now

    def minutes(self, low: float, high: float) -> datetime:
        """A moment between so many worked minutes from now; who is to rest somewhere hurries there."""
        pace = HURRY if self.rests_at else 1.0
        return self.office.later(self.now, self.chance.uniform(low, high) * pace)

    def days(self, low: float, high: float) -> datetime:
        """A moment between so many worked days from now."""
        return self.minutes(low * DAY, high * DAY)

    def by(self, unit: str, post: Post) -> Actor:
        """Who holds the post in the unit."""
        return self.place.actors[unit, post]

    def do(self, act: Vocabulary, actor: Actor, **fields: Any) -> None:
        """Do an act now. Raises Rested when that leads to where the walk is to stay, or the story is told elsewhere."""
        if self.taken:
            raise Rested
        entry = ACTS[self.subject, act]
        target: Mapping[str, str] = {"number": self.number} if self.number else {}
        done = entry.run(**target, fields=entry.fields.model_validate(fields), actor=actor, now=self.now)
        self.number, self.stage = done.number, done.stage
        if self.rests_at is not None and done.stage == self.rests_at:
            raise Rested


def scanned(walk: Walk, who: Actor, name: str) -> int:
    """The scan of a paper, uploaded; no two papers look the same."""
    picture, sheet = io.BytesIO(), hashlib.sha256(f"{walk.number} {name} {walk.now}".encode()).digest()
    Image.new("RGB", (64, 64), (sheet[0], sheet[1], sheet[2])).save(picture, "PNG")
    place = walk.place.plan.code
    return attachments.store(jurisdiction=place, name=name, data=picture.getvalue(), actor=who, now=walk.now).id
