"""What the mechanisms forbid is refused on the page and by the API, with clause and reason, and nothing changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from bihuan.cases.types import Act as CaseAct
from tests.api.clients import Api
from tests.joint.walks import LINKAGE, WHISTLE, A, JointWalk, to_concluded, with_bodies
from tests.malformed.test_malformed import state
from tests.towns import Town
from tests.walks import Walk
from tests.walks import filled as case_form
from tests.web.officials import Office

pytestmark = pytest.mark.django_db
C = CaseAct
EVIDENCE = ("record_chain", "record_event")
"""That something was tried which the regulation forbids is itself recorded, where the attempt is evidence."""


@dataclass(frozen=True)
class Try:
    """What somebody tries, and how it is answered."""

    who: str
    path: str
    form: Mapping[str, Any]
    clause: str
    words: str
    noted: bool = False


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, settings: Settings) -> None:
    """Files of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def office(wendeng: Town) -> Office:
    """The officials of a town with everybody whom the mechanisms need."""
    office = Office(wendeng)
    with_bodies(office.town, office.began)
    return office


def begun(office: Office, kind: str = LINKAGE) -> JointWalk:
    """Joint handling that has begun."""
    return JointWalk(office.town, kind, Walk(office.town, office.began)).begin()


def in_hand(office: Office, **dispatch: Any) -> Walk:
    """A case that its unit has signed for."""
    walk = Walk(office.town, office.began).along(C.REGISTER)
    walk.do(C.DISPATCH, **dispatch)
    walk.do(C.SIGN_IN, by="township.handler" if "lead" in dispatch else None)
    return walk


def grade_without_reason(office: Office) -> Try:
    walk = to_concluded(begun(office))
    form = {"unit": office.town.other, "grade": "average", "reason": ""}
    return Try("unit.handler", f"/linkages/{walk.number}/acts/grade", form, "WD-2.2f", "要说明原因")


def grade_of_a_whistle_without_reason(office: Office) -> Try:
    walk = to_concluded(begun(office, WHISTLE))
    form = {"unit": office.town.other, "grade": "poor", "reason": ""}
    return Try("township.handler", f"/whistles/{walk.number}/acts/grade", form, "WD-3.2e", "要说明原因")


def result_with_an_unsigned_form(office: Office) -> Try:
    walk = to_concluded(begun(office)).along(A.GRADE, A.FILE_FORM)
    walk.case.do(C.ANSWER)
    path = f"/cases/{walk.case.number}/acts/sign_off"
    return Try("unit.deputy", path, {}, "WD-2.2i", "还没有填报并审签")


def form_without_the_seal(office: Office) -> Try:
    walk = to_concluded(begun(office)).along(A.GRADE, A.FILE_FORM)
    return Try("unit.deputy", f"/linkages/{walk.number}/acts/sign_form", {}, "WD-2.2h", "请上传盖章件扫描")


def second_form(office: Office) -> Try:
    walk = to_concluded(begun(office)).along(A.GRADE, A.FILE_FORM)
    form = {"result": "另填一张。", "follow_up": "satisfied"}
    return Try("unit.handler", f"/linkages/{walk.number}/acts/file_form", form, "WD-2.2g", "不能“填报备案表”")


def second_linkage(office: Office) -> Try:
    walk = begun(office)
    form = {"units": [f"{office.town.code}.third"], "task": "再来一次。"}
    return Try("unit.handler", f"/cases/{walk.case.number}/acts/link", form, "WD-2.2a", "")


def whistle_by_a_department(office: Office) -> Try:
    walk = in_hand(office)
    form = case_form(C.WHISTLE, office.town, office.began)
    return Try("unit.handler", f"/cases/{walk.number}/acts/whistle", form, "WD-3.3a", "只有镇街可以吹哨")


def key_whistle_without_a_tough_one(office: Office) -> Try:
    walk = in_hand(office, lead=office.town.township)
    form = {**case_form(C.WHISTLE, office.town, office.began), "whistle_type": "key"}
    return Try("township.handler", f"/cases/{walk.number}/acts/whistle", form, "WD-3.1d", "攻坚哨")


def return_of_a_designated_lead(office: Office) -> Try:
    walk = in_hand(office, co_units=[office.town.other])
    form = case_form(C.REQUEST_RETURN, office.town, office.began)
    path = f"/cases/{walk.number}/acts/request_return"
    return Try("unit.handler", path, form, "WD-2.1d", "不得以任何理由推脱", noted=True)


TRIES: tuple[Callable[[Office], Try], ...] = (
    grade_without_reason,
    grade_of_a_whistle_without_reason,
    result_with_an_unsigned_form,
    form_without_the_seal,
    second_form,
    second_linkage,
    whistle_by_a_department,
    key_whistle_without_a_tough_one,
    return_of_a_designated_lead,
)


@pytest.mark.clause("WD-2.1d", "WD-2.2f", "WD-2.2g", "WD-2.2h", "WD-2.2i", "WD-3.1d", "WD-3.2e", "WD-3.3a")
@pytest.mark.parametrize("of", TRIES, ids=lambda of: of.__name__)
def test_it_is_refused_by_page_and_api_with_clause_and_reason_and_nothing_changes(
    office: Office, of: Callable[[Office], Try]
) -> None:
    tried = of(office)
    client, api = office[tried.who].client, Api(f"{office.town.code}.{tried.who}")
    before = kept(tried)

    page = client.post(f"{tried.path}/", tried.form)
    assert page.status_code == 409, page.content.decode()[-2000:]
    said = page.content.decode()
    assert tried.words in said
    assert tried.clause in said
    assert kept(tried) == before

    answer = api.post(tried.path, dict(tried.form))
    assert answer.status_code == 409, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["clause"] == tried.clause
    assert tried.words in problem["detail"]
    assert kept(tried) == before


def kept(tried: Try) -> dict[str, str]:
    """Everything that is kept, but for the trace of an attempt that is evidence, and the token by which one comes."""
    gone = ("organisations_token", *(EVIDENCE if tried.noted else ()))
    return {name: digest for name, digest in state().items() if not name.startswith(gone)}
