"""What somebody may not see answers as what is not there does: the same status, the same words, as many statements."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse

from bihuan.api.endpoints import Endpoint
from bihuan.api.routes import ROUTER
from bihuan.bulletins.types import BulletinStage
from bihuan.cases.types import Act
from bihuan.determination.types import Stage as DeterminationStage
from bihuan.joint.types import Kind
from bihuan.joint.types import Stage as JointStage
from bihuan.matters.types import Stage as MatterStage
from bihuan.rhythm.types import RhythmStage
from bihuan.subjects.registry import REGISTRY
from tests.accountability import walks as accountability
from tests.api.clients import Api, Staff
from tests.api.test_attachments import uploaded
from tests.api.test_problems import NOW
from tests.api.test_visibility import DISCLOSURE, MERGER
from tests.bulletins import walks as bulletins
from tests.bulletins.walks import bulletin_at
from tests.determination import walks as determination
from tests.instructions import walks as instructions
from tests.joint import walks as joint
from tests.matters import walks as matters
from tests.meetings import walks as meetings
from tests.meetings.walks import MeetingWalk
from tests.rhythm import walks as rhythm
from tests.rhythm.walks import rhythm_at
from tests.supervision import walks as supervision
from tests.towns import Town, found
from tests.walks import TO_HANDLING, Walk
from tests.walks import filled as filled_of_case
from tests.walls.roles import as_the_site

FAR_AHEAD = '"999999999"'


@dataclass(frozen=True)
class Hidden:
    """A subject that the strangers may not see, and a number of its kind that nobody has."""

    kind: str
    number: str
    nobodys: str


@dataclass(frozen=True)
class Answer:
    """All that somebody can tell from an answer."""

    status: int
    headers: Mapping[str, str]
    body: object
    statements: int


@pytest.fixture
def hidden(wendeng: Town) -> list[Hidden]:
    """One subject of every kind: four in one town, a listed matter in another."""
    town = determination.with_determiners(wendeng)
    case = Walk(town).along(*TO_HANDLING)
    linkage = joint.walk_to(Kind.LINKAGE, JointStage.ACTIVE, town, case.now)
    whistle = joint.walk_to(Kind.WHISTLE, JointStage.ACTIVE, town, case.now)
    file = determination.walk_to(DeterminationStage.DRAFT, town, case.now)
    referral = determination.ReferralWalk(town, Walk(town, case.now)).begin()
    matter = matters.walk_to(MatterStage.REVIEW, found("hn", "huainan-2021-55", prefix="HX"))
    made = (("case", case), ("linkage", linkage), ("whistle", whistle), ("determination", file))
    urge = supervision.UrgeWalk(supervision.with_supervisors(town), Walk(town, case.now)).begin()
    reminder = supervision.ReminderWalk(town, Walk(town, case.now)).begin(by="desk.supervisor")
    order = supervision.OrderWalk(town, Walk(town, case.now)).begin()
    coloured = supervision.ColouredWalk(town, Walk(town, case.now)).begin()
    instruction = instructions.InstructionWalk(town, Walk(town, case.now)).begin()
    clue = accountability.ClueWalk(accountability.with_accountable(town), Walk(town, case.now)).begin()
    made += (("coloured", coloured), ("instructing", instruction), ("clue", clue))  # type: ignore[assignment]
    made += (("referral", referral), ("matter", matter), ("urging", urge), ("reminder", reminder), ("ordering", order))  # type: ignore[assignment]
    other = matter.town
    made += (("rhythm", rhythm_at(RhythmStage.DUE, other)), ("meeting", MeetingWalk(other).begin()))  # type: ignore[assignment]
    made += (("bulletin", bulletin_at(BulletinStage.DRAFT, other)),)  # type: ignore[assignment]
    assert {kind for kind, _ in made} == {kind.word for kind in REGISTRY}
    return [Hidden(kind, walk.number, walk.number[:-4] + "0000") for kind, walk in made]


def good_form(act: str, kind: str, town: Town) -> dict[str, Any]:
    """A form filled in right, so that nothing but sight stands against it."""
    if act in ("disclosures", "merge"):
        return dict(DISCLOSURE if act == "disclosures" else MERGER)
    forms: dict[str, Callable[[], dict[str, Any]]] = {
        "cases": lambda: filled_of_case(act, town, NOW),
        "matters": lambda: matters.filled(act, town, NOW),
        "linkages": lambda: joint.filled(act, town),
        "whistles": lambda: joint.filled(act, town),
        "determinations": lambda: determination.filled(act, town),
        "referrals": lambda: determination.filled_of_referral(act),
        "clues": lambda: (
            accountability.filled(act, town, NOW) | ({"scan": [10**9]} if act in ("receive", "result") else {})
        ),
        "instructions": lambda: instructions.filled(act, town, NOW) | ({"scan": [10**9]} if act == "add_scan" else {}),
        "rhythms": lambda: rhythm.filled(act, town, NOW),
        "meetings": lambda: meetings.filled(act, town, NOW),
        "bulletins": lambda: dict(bulletins.FORMS.get(act, {})),
        "urges": lambda: supervision.filled(act),
        "orders": lambda: supervision.filled_of_order(act, town, NOW),
        "coloured": lambda: supervision.filled_of_coloured(act, town, NOW) | {"scan": [10**9]},
        "reminders": lambda: supervision.filled_of_reminder(act, town, NOW),
    }
    return forms[kind]()


def tries(endpoint: Endpoint, town: Town, file: int) -> Iterator[tuple[str, object, dict[str, str]]]:
    """Every way to ask: with a version, a key, somebody else's file, a body that cannot be read."""
    if endpoint.method == "GET":
        yield "plainly", None, {}
        return
    form = good_form(endpoint.path.rsplit("/", 1)[1], endpoint.path.split("/")[0], town)
    yield "with a version", form, {"If_Match": FAR_AHEAD}
    yield "with a version and a key", form, {"If_Match": '"1"', "Idempotency_Key": "once"}
    yield "with a file", {**form, "attachments": [file]}, {}
    if endpoint.path.endswith(("sign_in", "disclosures", "accept")):  # all of them are read by one door
        yield "plainly", form, {}
        yield "with no JSON", b"{", {"If_Match": FAR_AHEAD}


def answer(client: Api, endpoint: Endpoint, number: str, body: object, headers: dict[str, str]) -> Answer:
    """What comes back, without what is different at every request: its id, and the number that was asked for."""
    path = "/" + endpoint.path.replace("{number}", number)
    statements = 0

    def counted(execute: Callable[..., Any], *said: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*said)

    with connection.execute_wrapper(counted):
        response: HttpResponse = (
            client.get(path, **headers) if endpoint.method == "GET" else client.post(path, body, **headers)
        )
    said = json.loads(response.content)
    said.pop("request", None)
    told = {name: value for name, value in response.headers.items() if name not in ("X-Request-ID", "Content-Length")}
    return Answer(response.status_code, told, said, statements)


@pytest.mark.parametrize("walls", [False, True], ids=["by the rule alone", "by the database too"])
@pytest.mark.parametrize("stranger", ["third.handler", "desk.administrator", "elsewhere"])
def test_what_is_somebody_elses_answers_as_what_is_not_there(
    hidden: list[Hidden], stranger: str, walls: bool, wendeng: Town
) -> None:
    staff = Staff(wendeng)
    far = Staff(found("nb", "wendeng-2021-10", prefix="NB"))["desk.dispatcher"]
    client = far if stranger == "elsewhere" else staff[stranger]
    theirs = int(uploaded(staff["desk.registrar"])["id"])
    asked = 0
    with as_the_site() if walls else nullcontext():
        for one in hidden:
            for endpoint in ROUTER.endpoints:
                if not endpoint.path.startswith(f"{REGISTRY[one.kind].folder}/{{number}}"):
                    continue
                for how, body, headers in tries(endpoint, wendeng, theirs):
                    seen = answer(client, endpoint, one.number, body, headers)
                    unseen = answer(client, endpoint, one.nobodys, body, headers)
                    assert seen == unseen, (endpoint.method, endpoint.path, how)
                    assert seen.status in (400, 404, 422), (endpoint.path, how, seen)
                    asked += 1
    assert asked > 400


def test_whoever_takes_part_is_told_the_version(wendeng: Town) -> None:
    staff = Staff(wendeng)
    number = staff.walk(Act.DISPATCH)
    late = staff["unit.handler"].post(f"/cases/{number}/acts/sign_in", If_Match='"1"')
    assert (late.status_code, late.json()["version"]) == (412, 2)
    assert staff["unit.handler"].post(f"/cases/{number}/acts/sign_in", If_Match='"2"').status_code == 200
