"""Citizens before the public site: they read pages and send the forms that the pages show them."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core import signing
from django.test import Client
from django.utils import timezone

from bihuan.intake import commands as intake
from bihuan.organisations.queries import jurisdiction
from bihuan.public import humans
from tests.towns import FOUNDER, START, Town, give_channel, pack_of
from tests.web.officials import Page

SAID: Mapping[str, str] = {
    "content": "阳光小区东门外路灯坏了三天，老人夜里出门看不清路。请尽快修复。",
    "place": "龙山路阳光小区东门",
    "appeal_type": "HELP",
}
"""An invented request, without a name."""
REACHABLE: Mapping[str, str] = {**SAID, "name": "王女士", "phone": "13800001234", "callback": "on"}


def open_site(town: Town, now: datetime = START) -> Town:
    """Open the public site of a town by its first public channel."""
    channel = next(c.code for c in pack_of(town.code).channels.values() if c.public)
    give_channel(town.code, channel, town.desk, now)
    intake.open_public_site(jurisdiction=town.code, channel=channel, actor=FOUNDER, now=now)
    return town


def now_in(town: Town) -> datetime:
    """What time it is there."""
    return timezone.now() + jurisdiction(town.code).offset


class Citizen:
    """One person with one browser, at one address."""

    def __init__(self, town: Town, address: str = "203.0.113.7") -> None:
        self.town = town
        self.url = f"/p/{town.code}/"
        self.client = Client(REMOTE_ADDR=address)
        self.number = self.code = ""

    def read(self, path: str = "", status: int = 200) -> Page:
        """A page of the site."""
        page = Page(self.client.get(self.url + path))
        assert page.status == status, (path, page.status, page.text)
        return page

    def send(self, path: str, typed: Mapping[str, Any], status: int = 302) -> Page:
        """Send something; answers the page, or the one that it leads to."""
        answer = self.client.post(self.url + path, typed)
        page = Page(answer)
        assert page.status == status, (path, page.status, page.text)
        return Page(self.client.get(answer.headers["Location"])) if status == 302 else page

    def fill_in(self, typed: Mapping[str, Any] = SAID, *, waited: int = 10) -> dict[str, Any]:
        """The form of a request as somebody fills it in who took that many seconds, and did the sum."""
        shown = self.read("submit/").form("")
        opened = humans.Ticket.read(shown.values["ticket"][0], self.town.code, timezone.now().timestamp())
        assert opened is not None
        earlier = humans.Ticket(opened.visit, opened.opened_at - waited, opened.place)
        return {**typed, "ticket": earlier.text, "sum": str(sum(earlier.summands)), "work": "", humans.TRAP: ""}

    def submit(self, typed: Mapping[str, Any] = SAID, **more: Any) -> str:
        """Submit a request; answers its number and keeps its query code."""
        page = self.send("submit/", {**self.fill_in(typed), **more})
        found = re.search(r'id="case-number">([A-Z]+\d+)<.*id="query-code">(\d{10})<', page.html, re.S)
        assert found, page.text
        self.number, self.code = found.groups()
        return self.number

    def follow(self, number: str = "", code: str = "", status: int = 302) -> Page:
        """Say whose case one follows."""
        return self.send("follow/", {"number": number or self.number, "code": code or self.code}, status)

    def say(self, act: str, typed: Mapping[str, Any], status: int = 302) -> Page:
        """Say something in one's own case, by the form on its page."""
        shown = self.read("case/").form(f"{self.url}case/{act}/")
        assert not typed.keys() - shown.controls, typed.keys() - shown.controls
        return self.send(f"case/{act}/", {"ticket": shown.values["ticket"][0], **typed}, status)


def forged_ticket(town: Town) -> str:
    """A ticket signed for something else."""
    return signing.dumps(["0" * 32, 0, town.code], salt="something else")
