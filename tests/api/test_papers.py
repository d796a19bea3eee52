"""Papers over the API: drawn up, waited for and fetched by whoever sees the subject, as by the buttons of its page."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from bihuan.cases.types import Act
from bihuan.documents import commands as documents
from bihuan.matters.types import Stage as MatterStage
from tests.api.clients import Staff
from tests.api.test_joint import a_while_ago
from tests.api.test_problems import problem
from tests.determination.walks import DeterminationWalk, to_submitted, with_determiners
from tests.joint.walks import LINKAGE, WHISTLE, JointWalk, to_signed, with_bodies
from tests.joint.walks import A as J
from tests.matters.walks import walk_to
from tests.towns import Town
from tests.walks import Walk


def files_of(client: Any, paper: dict[str, Any]) -> tuple[bytes, bytes]:
    """The PDF and the Word file of a paper."""
    answers = [client.get(f"/attachments/{paper[file]}") for file in ("pdf", "word")]
    assert [answer.status_code for answer in answers] == [200, 200]
    pdf, word = (bytes(answer.getvalue()) for answer in answers)
    return pdf, word


def test_a_paper_is_drawn_up_waited_for_and_fetched(staff: Staff) -> None:
    number = staff.register()["number"]
    desk = staff["desk.dispatcher"]
    offered = {one["code"]: one for one in desk.get(f"/cases/{number}/documents").json()["offered"]}
    assert "尚未派单" in offered["D02"]["refusal"]["reason"]
    said = problem(desk.post(f"/cases/{number}/documents/D02"), 409)
    assert (said["detail"], said["norm"]) == (offered["D02"]["refusal"]["reason"], offered["D02"]["refusal"]["norm"])
    staff.do(number, Act.DISPATCH)
    (place,) = [o["place"] for o in desk.get(f"/cases/{number}/documents").json()["offered"] if o["refusal"] is None]
    answer = desk.post(place.removeprefix("/api/v1"))
    drawn = answer.json()
    assert (answer.status_code, drawn["state"], drawn["pdf"]) == (201, "waiting", None)
    where = answer["Location"].removeprefix("/api/v1")
    assert documents.make(drawn["id"], clock=lambda _: datetime.now(UTC))
    ready = desk.get(where).json()
    assert (ready["state_label"], ready["number"], ready["pages"]) == ("已生成", number, 1)
    pdf, word = files_of(desk, ready)
    assert hashlib.sha256(pdf).hexdigest() == ready["sha256"]
    assert word.startswith(b"PK")
    assert desk.get(f"/cases/{number}/documents").json()["items"] == [ready]
    assert desk.get(f"/cases/{number}/record").json()["items"][-1]["sentence"].startswith("出具《群众诉求交办单》")


def test_a_repeated_request_draws_up_one_paper(staff: Staff) -> None:
    number = staff.walk(Act.DISPATCH)
    desk = staff["desk.dispatcher"]
    first, again = (desk.post(f"/cases/{number}/documents/D02", Idempotency_Key="one") for _ in range(2))
    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")
    assert len(desk.get(f"/cases/{number}/documents").json()["items"]) == 1


def test_what_failed_is_made_again_and_nothing_else(staff: Staff) -> None:
    number = staff.walk(Act.DISPATCH)
    desk = staff["desk.dispatcher"]
    id = desk.post(f"/cases/{number}/documents/D02").json()["id"]
    assert "没有生成失败" in problem(desk.post(f"/documents/{id}/again"), 409)["detail"]
    documents.give_up(id)
    assert desk.get(f"/documents/{id}").json()["state"] == "failed"
    assert desk.post(f"/documents/{id}/again").json()["state"] == "waiting"


def test_the_api_tells_each_file_by_itself(staff: Staff, tmp_path: Path, settings: Settings) -> None:
    number = staff.walk(Act.DISPATCH)
    settings.LETTERHEAD = tmp_path
    (tmp_path / "D02.docx").write_bytes(b"no archive")
    desk = staff["desk.dispatcher"]
    id = desk.post(f"/cases/{number}/documents/D02").json()["id"]
    documents.make(id, clock=lambda _: datetime.now(UTC))
    paper = desk.get(f"/documents/{id}").json()
    assert (paper["state"], paper["pdf_state"], paper["word_state"]) == ("failed", "ready", "failed")
    assert "D02.docx" in paper["word_trouble"]
    assert paper["word"] is None
    (tmp_path / "D02.docx").unlink()
    assert desk.post(f"/documents/{id}/again").json()["word_state"] == "waiting"
    documents.make(id, clock=lambda _: datetime.now(UTC))
    pdf, word = files_of(desk, desk.get(f"/documents/{id}").json())
    assert (pdf[:5], word[:2]) == (b"%PDF-", b"PK")


def test_the_same_content_is_the_same_paper_and_a_changed_one_names_what_it_replaces(staff: Staff) -> None:
    linkage = JointWalk(with_bodies(staff.town), LINKAGE, Walk(staff.town, a_while_ago())).begin()
    handler, place = staff["unit.handler"], f"/linkages/{linkage.number}/documents/D06"
    answers = [handler.post(place), handler.post(place), staff["unit.head"].post(place, Idempotency_Key="one")]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    first, *others = [answer.json() for answer in answers]
    assert [one["id"] for one in others] == [first["id"]] * 2
    assert {answer["Location"] for answer in answers} == {f"/api/v1/documents/{first['id']}"}
    again = staff["unit.head"].post(place, Idempotency_Key="one")
    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    linkage.do(J.ADD_UNITS)
    changed = handler.post(place)
    assert changed.status_code == 201
    assert changed.json()["replaces"] == first["id"]
    assert (first["reference"][-2:], changed.json()["reference"][-2:]) == ("1号", "2号")
    offered = {one["code"]: one for one in handler.get(place.rpartition("/")[0]).json()["offered"]}
    assert offered["D06"]["refusal"] is None
    assert offered["D06"]["issuers"] == "首接单位（吹哨单位）经办人或负责人"
    assert "由受理单位出具" in offered["D07"]["refusal"]["reason"]


def a_linkage(town: Town) -> Any:
    return JointWalk(with_bodies(town), LINKAGE, Walk(town, a_while_ago())).begin()


def a_whistle(town: Town) -> Any:
    return to_signed(JointWalk(with_bodies(town), WHISTLE, Walk(town, a_while_ago())).begin())


def a_determination(town: Town) -> Any:
    return to_submitted(DeterminationWalk(with_determiners(town), Walk(town, a_while_ago())))


SORTS = {
    "linkages": (a_linkage, "D06", "unit.handler", "other.handler", "third.handler"),
    "whistles": (a_whistle, "D09", "township.deputy", "township.handler", "unit.handler"),
    "determinations": (a_determination, "D10", "desk.dispatcher", "justice.handler", "third.handler"),
}


@pytest.mark.parametrize("sort", SORTS)
def test_papers_of_what_stands_on_a_case_are_for_those_who_take_part_in_it(staff: Staff, sort: str) -> None:
    begin, code, issuer, insider, outsider = SORTS[sort]
    number = begin(staff.town).number
    refused = problem(staff[insider].post(f"/{sort}/{number}/documents/{code}"), 409)
    assert "出具；已经出具的" in refused["detail"]
    assert refused["clause"]
    drawn = staff[issuer].post(f"/{sort}/{number}/documents/{code}")
    assert drawn.status_code == 201, drawn.content
    id = drawn.json()["id"]
    documents.make(id, clock=lambda _: datetime.now(UTC))
    pdf, _ = files_of(staff[insider], staff[insider].get(f"/documents/{id}").json())
    assert pdf.startswith(b"%PDF")
    stranger = staff[outsider]
    for path in (f"/{sort}/{number}/documents", f"/documents/{id}"):
        problem(stranger.get(path), 404)
    for path in (f"/{sort}/{number}/documents/{code}", f"/documents/{id}/again"):
        problem(stranger.post(path), 404)
    problem(staff[issuer].post(f"/{sort}/{number}/documents/D99"), 404)


def test_papers_of_a_listed_matter(city: Staff) -> None:
    number = walk_to(MatterStage.STRUCK_OFF, city.town, a_while_ago()).number
    keeper = city["office.list_keeper"]
    ready = {o["code"] for o in keeper.get(f"/matters/{number}/documents").json()["offered"] if o["refusal"] is None}
    assert "D17" in ready
    id = keeper.post(f"/matters/{number}/documents/D17").json()["id"]
    documents.make(id, clock=lambda _: datetime.now(UTC))
    assert files_of(keeper, keeper.get(f"/documents/{id}").json())[0].startswith(b"%PDF")
    problem(city["other.handler"].get(f"/documents/{id}"), 404)


@pytest.mark.parametrize("id", ["0", "999999", "x", "9" * 40])
def test_a_paper_that_is_not_there(staff: Staff, id: str) -> None:
    problem(staff["desk.dispatcher"].get(f"/documents/{id}"), 404)
    problem(staff["desk.dispatcher"].post(f"/documents/{id}/again"), 404)
