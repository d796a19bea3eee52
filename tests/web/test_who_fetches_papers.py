"""A paper is fetched by whoever sees its subject, and by nobody else: by the rule, and by the database too."""

from contextlib import nullcontext
from typing import Any

import pytest

from bihuan.documents import commands, queries
from bihuan.matters.types import Stage
from tests.joint.walks import LINKAGE, WHISTLE, A, JointWalk, with_bodies
from tests.matters.walks import walk_to
from tests.walks import Walk
from tests.walls.roles import as_the_site
from tests.web.officials import Office

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("walls", [False, True], ids=["by the rule alone", "by the database too"])


def drawn_up(kind: str, walk: Any, code: str, who: str) -> tuple[int, int]:
    """A paper with its files; answers their ids."""
    said = {"subject_kind": kind, "code": code, "facts": walk.facts, "actor": walk.actor(who), "now": walk.now}
    commands.make(commands.issue(**said).id, clock=lambda _: walk.now)
    (row,) = queries.of(kind, walk.number)
    assert row.pdf is not None
    assert row.word is not None
    return row.pdf, row.word


def fetched(office: Office, who: str, kind: str, number: str, files: tuple[int, int]) -> set[int]:
    """With which statuses the page of the papers and each file are answered."""
    urls = [f"/{kind}s/{number}/documents/", *(f"/attachments/{file}/" for file in files)]
    answers = [office[who].client.get(url) for url in urls]
    for answer in answers:
        assert answer.getvalue()
    return {answer.status_code for answer in answers}


def check(office: Office, kind: str, walk: Any, files: tuple[int, int], people: tuple[str, ...], walls: bool) -> None:
    takes_part = frozenset[str]().union(*walk.facts.parts.values())
    seen = {who: bool(office.town.actor(who, office.began).units & takes_part) for who in people}
    assert set(seen.values()) == {True, False}
    for who in people:
        assert office[who]
    with as_the_site() if walls else nullcontext():
        for who, may in seen.items():
            assert fetched(office, who, kind, walk.number, files) == {200 if may else 404}, who


@BOTH
@pytest.mark.parametrize(("kind", "code"), [(LINKAGE, "D06"), (WHISTLE, "D07"), (LINKAGE, "D13"), (WHISTLE, "D13")])
def test_papers_of_joint_handling(office: Office, kind: str, code: str, walls: bool) -> None:
    town = with_bodies(office.town, office.began)
    walk = JointWalk(town, kind, Walk(town, office.began)).begin()
    if code == "D13":
        walk.do(A.REPORT)
    files = drawn_up(kind, walk, code, {"D07": "desk.dispatcher", "D13": "lead.head"}.get(code, "lead.handler"))
    people = ("unit.handler", "other.handler", "third.handler", "township.handler", "desk.caller", "leaders.leader")
    check(office, kind, walk, files, people, walls)


@BOTH
@pytest.mark.parametrize(
    ("stage", "code"), [(Stage.ASSIGNED, "D03"), (Stage.FEEDBACK, "D15"), (Stage.STRUCK_OFF, "D17")]
)
def test_papers_of_listed_matters(city: Office, stage: Stage, code: str, walls: bool) -> None:
    walk = walk_to(stage, city.town, city.began)
    files = drawn_up("matter", walk, code, "unit.handler" if code == "D15" else "office.list_keeper")
    people = ("unit.handler", "other.handler", "office.list_keeper", "supervision.supervisor", "desk.dispatcher")
    check(city, "matter", walk, files, people, walls)


def test_a_paper_whose_making_failed_is_made_again_by_its_button(office: Office) -> None:
    town = with_bodies(office.town, office.began)
    walk = JointWalk(town, LINKAGE, Walk(town, office.began)).begin()
    document = commands.issue(
        subject_kind=LINKAGE, code="D06", facts=walk.facts, actor=walk.actor("lead.handler"), now=walk.now
    ).id
    again = f"/linkages/{walk.number}/documents/{document}/again/"
    reader = office["other.handler"]
    assert again not in reader.read(f"/linkages/{walk.number}/").html, "nothing failed yet"
    assert office["third.handler"].client.post(again).status_code == 404
    refused = reader.client.post(again, follow=True).content.decode()
    assert "没有生成失败" in refused
    assert "WD-2.2a" in refused
    commands.give_up(document)
    page = reader.read(f"/linkages/{walk.number}/")
    assert "未能生成" in page.text
    assert "正在生成" in reader.send(page, again, {}).text
    commands.make(document, clock=lambda _: walk.now)
    (row,) = queries.of(LINKAGE, walk.number)
    assert f"/attachments/{row.pdf}/" in reader.read(f"/linkages/{walk.number}/").html
