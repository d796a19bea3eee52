"""F115: pages and answers of a regulation with other bodies name its own, and nobody's of Wendeng or Huainan."""

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from pytest_django import Settings

from bihuan.cases.types import Stage
from bihuan.kernel.refusal import Refused
from bihuan.matters.types import Stage as MatterStage
from bihuan.policy import loader
from bihuan.policy.names import MARK
from tests.api.clients import Api
from tests.determination import walks as determination
from tests.joint import walks as joint
from tests.matters import walks as matters
from tests.names import ELSEWHERE, IN_ENGLISH, OWN, WORDS, lay_down
from tests.towns import Town, found, settle
from tests.walks import walk_to
from tests.web.officials import Official, Page

PEOPLE = (
    "desk.dispatcher",
    "unit.handler",
    "township.head",
    "leaders.leader",
    "offices.supervisor",
    "staffing.deputy",
    "discipline.handler",
    "office.list_director",
    "supervision.supervisor",
    "desk.administrator",
    "desk.registrar",
    "justice.handler",
)
AGO = timedelta(days=40)


@pytest.fixture(params=sorted(ELSEWHERE))
def regulation(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> str:
    """A shipped regulation, beside one like it with other bodies."""
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    lay_down(request.param, tmp_path)
    return str(request.param)


def settled(regulation: str) -> tuple[Town, list[str]]:
    """A town under the other regulation, with something at every stage; the pages of that."""
    now = datetime.now(UTC) - AGO
    town = found("els", f"{regulation[:2]}-elsewhere", prefix="EX", now=now)
    pages = []
    if town.township:
        town = determination.with_determiners(town, now)
        for kind, stage in product((joint.LINKAGE, joint.WHISTLE), joint.WAYS):
            pages.append(f"/{kind}s/{joint.walk_to(kind, stage, town, now).number}/")
        pages += [f"/determinations/{determination.walk_to(s, town, now).number}/" for s in determination.WAYS]
        pages += [f"/referrals/{determination.referral_at(s, town, now).number}/" for s in determination.REFERRAL_WAYS]
    else:
        settle(town.code, town.desk, "desk.administrator", "administrator", now)
        pages += [f"/matters/{matters.walk_to(stage, town, now).number}/" for stage in MatterStage]
    for stage in Stage:
        with suppress(Refused):
            pages.append(f"/cases/{walk_to(stage, town, now).number}/")
    return town, pages


SHAPE = re.compile(r"(?<=/)(?:[A-Z]+\d+[A-Z\d]*|\d+|[a-z]+\.[a-z.]+)(?=/)")


@dataclass
class Reading:
    """What the people of a town read, and what of it was wrong."""

    town: Town
    everything: str = ""
    wrong: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        now = datetime.now(UTC)
        self.people = [f"{self.town.code}.{short}" for short in PEOPLE if self.town.actor(short, now).seats]

    def note(self, where: str, said: str, *more: re.Pattern[str]) -> None:
        """Hear it; the bodies of the two cities, and marks, are wrong."""
        self.everything += said
        for looked_for in (WORDS, re.compile(f"{MARK}[a-z_]+"), *more):
            if hit := looked_for.search(said):
                self.wrong.setdefault(where, said[max(hit.start() - 60, 0) : hit.end() + 30])

    def pages(self, subjects: list[str], language: str, *more: re.Pattern[str]) -> None:
        """Every page of a subject as two people see it who may, and one of each other shape that links lead to."""
        been = set[str]()
        seen = Counter[str]()
        for account in self.people:
            official = Official(account)
            official.client.cookies["bihuan_language"] = language
            ahead = ["/", *(url for url in subjects if seen[url] < 2)]
            while ahead:
                url = ahead.pop(0)
                shape = SHAPE.sub("N", url.partition("?")[0])
                if url not in subjects and shape in been:
                    continue
                been.add(shape)
                answer = official.client.get(url)
                seen[url] += answer.status_code == 200
                if not answer.headers["Content-Type"].startswith("text/html"):
                    b"".join(answer)
                    continue
                page = Page(answer)
                self.note(f"{account} {url}", page.html, *more)
                ahead += [link.partition("#")[0] for link in page.links if re.match(r"/(?!/|static/)", link)]

    def answers(self) -> None:
        """What the API answers: lists, subjects with their acts, records, duties."""
        read = set[str]()
        for account in self.people:
            api = Api(account)
            ahead = ["/duties?limit=200", *(f"/{kind}?limit=200" for kind in KINDS)]
            for url in ahead:
                answer = api.get(url)
                self.note(f"{account} {url}", answer.content.decode())
                if url[1:].partition("?")[0] in KINDS and "?" in url:
                    ones = [f"{url.partition('?')[0]}/{row['number']}" for row in answer.json()["items"]]
                    ahead += [more for one in ones if one not in read for more in (one, f"{one}/record")]
                    read.update(ones)


KINDS = (
    "cases",
    "matters",
    "linkages",
    "whistles",
    "determinations",
    "referrals",
    "urges",
    "reminders",
    "orders",
    "coloured",
    "instructions",
    "clues",
)


def test_pages_and_answers_name_the_bodies_of_their_own_regulation(db: None, regulation: str) -> None:
    town, pages = settled(regulation)
    for read in (lambda r: r.pages(pages, "zh-hans"), lambda r: r.pages(pages, "en", IN_ENGLISH), Reading.answers):
        reading = Reading(town)
        read(reading)
        assert not reading.wrong, "\n".join(f"{where}: {said}" for where, said in reading.wrong.items())
        assert [name for name in OWN[regulation] if name not in reading.everything] == []
