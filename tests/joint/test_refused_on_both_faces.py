"""What the mechanisms forbid is refused by page and API alike: with reason and clause, and nothing changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from bihuan.cases.types import Act as CaseAct
from bihuan.joint.types import Act, Kind
from tests.api.clients import Staff
from tests.joint.walks import LINKAGE, WHISTLE, A, JointWalk, to_concluded, with_bodies
from tests.joint.walks import filled as filled_together
from tests.malformed.test_malformed import state
from tests.towns import Town
from tests.walks import Walk, filled, led_by_a_town
from tests.web.officials import Office, Page

pytestmark = pytest.mark.django_db
C = CaseAct
KEPT = ("record_event", "record_chain")
"""Where a forbidden attempt that is evidence is kept."""


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, settings: Settings) -> None:
    """Files of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def office(wendeng: Town) -> Office:
    """A town with everybody who takes part, at nine o'clock of a Monday."""
    return Office(with_bodies(wendeng))


@dataclass(frozen=True)
class Forbidden:
    """Something that is forbidden: how it comes to it, who tries what, and what they are told."""

    begin: Callable[[Town, Any], tuple[str, str]]
    who: str
    act: str
    form: Callable[[Town, Any], Mapping[str, Any]]
    reason: str
    clause: str
    evidence: bool = False


def _departments(town: Town, now: Any) -> tuple[str, str]:
    return "cases", Walk(town, now).along(C.REGISTER, C.DISPATCH, C.SIGN_IN).number


def _towns(town: Town, now: Any) -> tuple[str, str]:
    return "cases", led_by_a_town(town, now).number


def _designated(town: Town, now: Any) -> tuple[str, str]:
    walk = Walk(town, now).along(C.REGISTER)
    walk.do(C.DISPATCH, co_units=[town.other])
    walk.do(C.SIGN_IN)
    return "cases", walk.number


def _joint(kind: Kind, way: Callable[[JointWalk], object]) -> Callable[[Town, Any], tuple[str, str]]:
    def begin(town: Town, now: Any) -> tuple[str, str]:
        walk = JointWalk(town, kind, Walk(town, now)).begin()
        way(walk)
        return f"{kind}s", walk.number

    return begin


def _of_case(act: CaseAct, **more: Any) -> Callable[[Town, Any], Mapping[str, Any]]:
    return lambda town, now: {**filled(act, town, now), **more}


def _of_joint(act: Act, **more: Any) -> Callable[[Town, Any], Mapping[str, Any]]:
    return lambda town, now: {**filled_together(act, town), **more}


def _to_form(walk: JointWalk) -> None:
    to_concluded(walk).along(A.GRADE, A.FILE_FORM)


FORBIDDEN: Mapping[str, Forbidden] = {
    "a whistle by a department": Forbidden(
        _departments, "unit.handler", C.WHISTLE, _of_case(C.WHISTLE), "只有镇街可以吹哨", "WD-3.3a"
    ),
    "a key whistle without a tough one": Forbidden(
        _towns, "township.handler", C.WHISTLE, _of_case(C.WHISTLE, whistle_type="key"), "须经攻坚哨", "WD-3.1d"
    ),
    "a routine whistle raised to a key one": Forbidden(
        _joint(WHISTLE, to_concluded),
        "township.head", A.RAISE_TO_KEY, _of_joint(A.RAISE_TO_KEY), "须经攻坚哨：本件不是攻坚哨", "WD-3.1d",
    ),
    "the return of a designated lead": Forbidden(
        _designated,
        "unit.handler", C.REQUEST_RETURN, _of_case(C.REQUEST_RETURN), "不得以任何理由推脱", "WD-2.1d", evidence=True,
    ),
    "a grade below good without a reason": Forbidden(
        _joint(LINKAGE, to_concluded),
        "unit.handler", A.GRADE, _of_joint(A.GRADE, grade="poor", reason=""), "要说明原因", "WD-2.2f",
    ),
    "an unsealed form": Forbidden(
        _joint(LINKAGE, _to_form), "unit.deputy", A.SIGN_FORM, _of_joint(A.SIGN_FORM), "请上传盖章件扫描", "WD-2.2h"
    ),
    "a second linkage, and so a second form, for one matter": Forbidden(
        lambda town, now: ("cases", _linked(town, now)),
        "unit.handler", C.LINK, _of_case(C.LINK), "本件已有首接联动", "WD-2.2a",
    ),
    "a result without its signed form": Forbidden(
        lambda town, now: ("cases", _answered(town, now)),
        "unit.deputy", C.SIGN_OFF, _of_case(C.SIGN_OFF), "备案表", "WD-2.2i",
    ),
}  # fmt: skip


def _linked(town: Town, now: Any) -> str:
    return JointWalk(town, LINKAGE, Walk(town, now)).begin().case.number


def _answered(town: Town, now: Any) -> str:
    walk = to_concluded(JointWalk(town, LINKAGE, Walk(town, now)).begin())
    walk.case.do(C.ANSWER)
    return walk.case.number


def _differs(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_page_refuses_it_with_reason_and_clause(office: Office, name: str) -> None:
    wanted = FORBIDDEN[name]
    kind, number = wanted.begin(office.town, office.began)
    form = wanted.form(office.town, office.began)
    client = office[wanted.who].client
    client.get(f"/{kind}/{number}/")
    before = state()
    typed = {key: "on" if value is True else value for key, value in form.items() if value is not False}
    page = Page(client.post(f"/{kind}/{number}/acts/{wanted.act}/", typed))
    assert page.status == 409, page.text
    assert wanted.reason in page.text
    assert wanted.clause in page.text
    assert _differs(before, state()) == (set(KEPT) if wanted.evidence else set())


@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_api_refuses_it_with_reason_and_clause(office: Office, name: str) -> None:
    wanted, staff = FORBIDDEN[name], Staff(office.town)
    kind, number = wanted.begin(office.town, office.began)
    client, form = staff[wanted.who], wanted.form(office.town, office.began)
    before = state()
    answer = client.post(f"/{kind}/{number}/acts/{wanted.act}", form)
    assert answer.status_code == 409, answer.content.decode()
    told = answer.json()
    assert wanted.reason in told["detail"]
    assert told["clause"] == wanted.clause
    assert told["citation"]
    assert _differs(before, state()) == (set(KEPT) if wanted.evidence else set())
