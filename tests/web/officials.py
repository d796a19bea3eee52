"""Officials who use the pages: they sign in, read, and send the forms that the pages show them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from pyotp import TOTP

from bihuan.organisations import commands as organisations
from bihuan.organisations import queries
from bihuan.policy.calendar import ZONE
from tests.towns import FOUNDER, PASSWORD, Town
from tests.walks import DOERS, REQUEST, filled

Typed = dict[str, Any]
ENROLMENT = "/account/second-factor/"
NUMBER = re.compile(r"/cases/[A-Z]+\d+/")


TOLD = ("feedback_at", "told_at", "refused_at")
"""What a person says of the moment at which they type."""


ANSWERED = {"reached"}
"""Questions of yes or no that nobody has answered before."""


def typed_for(act: str, town: Town, now: datetime) -> Typed:
    """A form filled in by the book, as a browser sends it."""
    said = {name: "on" if value is True else value for name, value in filled(act, town, now).items()}
    said |= dict.fromkeys(ANSWERED & said.keys(), "true")
    return {name: this_minute(town.code) if name in TOLD else value for name, value in said.items()}


def this_minute(code: str) -> str:
    """The present minute of a jurisdiction, as a browser sends it."""
    return f"{datetime.now(ZONE) + queries.jurisdiction(code).offset:%Y-%m-%dT%H:%M}"


@dataclass
class Form:
    """A form as it stands on a page: where it goes, and what it holds."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    controls: set[str] = field(default_factory=set)


class Page:
    """What a page offers: its forms with their values, its links and its text; taken apart when somebody asks."""

    def __init__(self, response: HttpResponse) -> None:
        self.status = response.status_code
        self.html = response.content.decode()

    @cached_property
    def _parts(self) -> "_Parts":
        return _Parts(self.html)

    @property
    def forms(self) -> list[Form]:
        """The forms in their order."""
        return self._parts.forms

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return self._parts.links

    @property
    def dead(self) -> list[str]:
        """What its buttons say that do nothing."""
        return self._parts.dead

    @property
    def ids(self) -> list[str]:
        """The ids of its elements."""
        return self._parts.ids

    @property
    def labels(self) -> set[str]:
        """The ids of the controls that have a label."""
        return self._parts.labels

    @property
    def text(self) -> str:
        """The words of the page."""
        return "".join(self._parts.words)

    def form(self, action: str) -> Form:
        """The form that goes there."""
        return next(f for f in self.forms if f.action.partition("#")[0] == action)


class _Parts(HTMLParser):
    """A page taken apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.dead: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.words: list[str] = []
        self._select = self._area = self._dead = ""
        self._options: list[tuple[str, bool]] = []
        self._several = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.ids += [said["id"]] if "id" in said else []
        if tag == "form":
            self.forms.append(Form(said.get("action", "")))
        elif tag == "a":
            self.links.append(said.get("href", ""))
        elif tag == "label":
            self.labels.add(said.get("for", ""))
        elif tag == "button" and said.get("aria-disabled") == "true":
            self._dead = "*"
        elif tag in ("input", "select", "textarea") and self.forms and said.get("name"):
            self._control(tag, said)
        elif tag == "option" and self._select:
            self._options.append((said.get("value", ""), "selected" in said))

    def _control(self, tag: str, said: dict[str, str]) -> None:
        form, name = self.forms[-1], said["name"]
        form.controls.add(name)
        if tag == "select":
            self._select, self._options, self._several = name, [], "multiple" in said
        elif tag == "textarea":
            self._area = name
            form.values[name] = [""]
        elif said.get("type") not in ("checkbox", "file", "submit") or "checked" in said:
            form.values.setdefault(name, []).append(said.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            chosen = [value for value, selected in self._options if selected]
            first = [] if self._several else [value for value, _ in self._options[:1]]
            self.forms[-1].values[self._select] = chosen or first
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "button":
            self._dead = ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._area:
            self.forms[-1].values[self._area][0] += data.removeprefix("\n")
        if self._dead:
            self.dead.append(data.strip())


class Official:
    """One person at a browser."""

    def __init__(self, account: str) -> None:
        self.account = account
        self.client = Client()
        answer = self.client.post("/sign-in/", {"account": account, "password": PASSWORD})
        assert answer.status_code == 302, Page(answer).text
        strict = queries.jurisdiction(account.partition(".")[0]).second_factor
        if strict and self.client.get("/").headers.get("Location") == ENROLMENT:
            self.take_up_second_factor()

    def take_up_second_factor(self) -> str:
        """Take a second factor up, as where the work is real everybody with powers must; answers its secret."""
        shown = self.send(ENROLMENT, ENROLMENT, {"begin": "1", "proof": PASSWORD})
        secret = re.search(r'<code class="num">([A-Z2-7 ]+)</code>', shown.html)
        assert secret, shown.text
        plain = secret[1].replace(" ", "")
        self.send(shown, ENROLMENT, {"code": TOTP(plain).now()}, 200)
        return plain

    def read(self, url: str, status: int = 200) -> Page:
        """A page."""
        page = Page(self.client.get(url))
        assert page.status == status, (url, page.status, page.text)
        return page

    def send(self, page: str | Page, action: str, typed: Typed, status: int = 302) -> Page:
        """Fill in a form of a page and send it; answers the page that follows."""
        shown = self.read(page) if isinstance(page, str) else page
        form = next(
            (f for f in shown.forms if f.action.partition("#")[0] == action and typed.keys() <= f.controls), None
        )
        form = form or shown.form(action)
        unknown = typed.keys() - form.controls - {"advance"}
        assert not unknown, f"the form has no {unknown}"
        answer = self.client.post(action, {**form.values, **typed})
        assert answer.status_code == status, (action, answer.status_code, Page(answer).text[-1500:])
        return self.read(answer.headers["Location"]) if status == 302 else Page(answer)

    def prove(self, page: str | Page, action: str, typed: Typed, status: int = 302) -> Page:
        """Send a form, and the password with which the page that follows asks who one is."""
        return self.send(self.send(page, action, typed, 200), action, {"proof": PASSWORD}, status)


class Office:
    """The officials of a town, whose training clock shows a Monday morning when they come in."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._known: dict[str, Official] = {}
        self.began = monday_morning(town)

    def __getitem__(self, short: str) -> Official:
        if short not in self._known:
            self._known[short] = Official(f"{self.town.code}.{short}")
        return self._known[short]

    def register(self, **typed: Any) -> str:
        """Register the invented request by its form; answers its number."""
        page = self["desk.registrar"].send("/cases/new/", "/cases/new/", {**REQUEST, **typed}, 200)
        return next(link for link in page.links if NUMBER.fullmatch(link)).split("/")[2]

    def walk(self, *acts: str) -> str:
        """A new case walked along some acts by the book; answers its number."""
        number = self.register()
        for act in acts:
            self.act(DOERS[act], number, act, **typed_for(act, self.town, self.began))
        return number

    def act(self, short: str, number: str, act: str, *, kind: str = "cases", status: int = 302, **typed: Any) -> Page:
        """Do an act by its form on the subject's page."""
        url = f"/{kind}/{number}/"
        return self[short].send(url, f"{url}acts/{act}/", typed, status)


def monday_morning(town: Town) -> datetime:
    """Move the town's training clock to nine o'clock of a Monday, whatever day the tests run on."""
    seen = queries.jurisdiction(town.code).offset
    now = datetime.now(ZONE) + seen
    to = (now + timedelta(days=7 - now.weekday())).replace(hour=9, minute=0, second=0, microsecond=0)
    return organisations.advance_clock(jurisdiction=town.code, to=to, seen=seen, actor=FOUNDER, now=now)
