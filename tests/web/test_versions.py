"""F117: the page of a regulation shows the version under which the place stands, whatever lies in the folder; F116: the
administrator takes another one up."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bihuan.audit.queries import verify
from bihuan.cases import queries as cases
from bihuan.organisations import queries
from bihuan.policy import loader
from bihuan.policy.calendar import ZONE
from tests.api.clients import Staff
from tests.towns import Town, found, put_ahead, settle
from tests.web.officials import Office, Official

QINGSHAN = Path(__file__).parent.parent / "packs" / "qingshan-2030-3.toml"


@pytest.fixture
def town(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town under version 2, with versions 1 and 3 beside it."""
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)
    for n in (1, 2, 3):
        written(tmp_path, n)
    loader.look_again()
    made = found("qs", "qingshan-2030-3/2", prefix="QX")
    settle("qs", made.desk, "chief", "administrator")
    return made


def written(folder: Path, n: int, said: str = "") -> None:
    """A version that differs from others in a clause."""
    text = QINGSHAN.read_text(encoding="utf-8").replace("in_force_from = 2030-", "in_force_from = 2020-")
    text = text.replace("version = 1\n", f"version = {n}\n").replace("二个工作日内", said or f"第{n}版的时间内")
    (folder / f"{n}.toml").write_text(text, encoding="utf-8")


def test_the_version_in_force_is_shown_and_the_others_are_marked(town: Town) -> None:
    official = Office(town)["desk.registrar"]
    page = official.read("/regulations/qingshan-2030-3/")
    assert "第2版的时间内" in page.text
    assert "第3版的时间内" not in page.text
    for words in ("版本1（已被代替）", "版本2（现行）", "版本3（尚未施行）"):
        assert words in "".join(page.text.split())
    assert "第3版的时间内" in official.read("/regulations/qingshan-2030-3/?version=3").text
    official.read("/regulations/qingshan-2030-3/?version=9", 404)
    assert "（现行）" not in official.read("/regulations/wendeng-2021-10/").text, "nobody here says so"


def test_the_api_says_which_one_is_in_force(town: Town) -> None:
    mine = Staff(town)["desk.registrar"]
    listed = {one["ref"]: one["in_force"] for one in mine.get("/regulations").json()["items"]}
    assert [ref for ref, in_force in listed.items() if in_force] == ["qingshan-2030-3/2"]
    clauses = mine.get("/regulations/qingshan-2030-3/clauses").json()
    assert clauses["regulation"]["version"] == 2
    assert mine.get("/regulations/qingshan-2030-3/clauses?version=3").json()["regulation"]["in_force"] is False
    assert mine.get("/regulations/wendeng-2021-10/clauses").json()["regulation"]["version"] == 1


URL, REF = "/regulations/versions/", "qingshan-2030-3"


def test_the_administrator_sees_the_difference_and_takes_a_version_up(town: Town) -> None:
    office = Office(town)
    chief, clerk = office["chief"], office["unit.handler"]
    old = office.register()
    day = (office.began + timedelta(days=1)).date()
    typed = {"pack": f"{REF}/3", "from_on": day.isoformat(), "basis": "市政办〔2030〕9号", "approver": "某市长"}
    refused = chief.send(URL, URL, typed | {"from_on": office.began.date().isoformat()}, 409)
    assert "最早自明天起适用" in refused.text
    page = chief.send(URL, URL, typed, 200)
    assert "修改条款" in page.text
    assert "第3版的时间内" in page.text
    assert "尚未施行" not in page.text, "nothing is decided yet"
    assert clerk.client.post(URL, typed).status_code == 409
    form = next(f for f in page.forms if "confirmed" in f.controls)
    assert chief.client.post(URL, form.values).status_code == 302
    for official in (chief, clerk):
        shown = official.read(URL).text
        assert [word in shown for word in ("尚未施行", "市政办〔2030〕9号", "某市长", "chief")] == [True] * 4
    assert "第2版的时间内" in clerk.read(f"/regulations/{REF}/").text
    put_ahead(town.code, timedelta(days=1))
    page = clerk.read(f"/regulations/{REF}/")
    assert "第3版的时间内" in page.text
    told = "".join(page.text.split())
    assert "版本3（现行，自" in told
    assert "版本2（已被代替）" in told
    assert [cases.facts(number).pack for number in (old, office.register())] == [f"{REF}/2", f"{REF}/3"]
    assert verify().clean


def test_what_was_seen_is_taken_up_and_nothing_else(town: Town, tmp_path: Path) -> None:
    office = Office(town)
    chief, day = office["chief"], (office.began + timedelta(days=1)).date().isoformat()
    page = chief.send(
        URL, URL, {"pack": f"{REF}/3", "from_on": day, "basis": "市政办〔2030〕9号", "approver": "某市长"}, 200
    )
    form = next(f for f in page.forms if "confirmed" in f.controls)
    written(tmp_path, 3, "随便什么时候")
    answer = chief.client.post(URL, form.values)
    assert (answer.status_code, "没有经过规则审查" in answer.content.decode()) == (409, True)
    assert "尚未施行" not in chief.read(URL).text


def test_the_api_takes_a_version_up(town: Town) -> None:
    staff, day = Staff(town), f"{datetime.now(ZONE) + timedelta(days=2):%Y-%m-%d}"
    said = {"pack": f"{REF}/3", "from_on": day, "basis": "市政办〔2030〕9号", "approver": "某市长"}
    assert staff["unit.handler"].post("/regulations/versions", said).status_code == 409
    assert staff["chief"].post("/regulations/versions", {**said, "pack": REF}).status_code == 422
    given = staff["chief"].post("/regulations/versions", said)
    assert given.status_code == 200, given.content.decode()
    assert any("第3版的时间内" in line for line in given.json()["difference"])
    known = staff["unit.handler"].get("/regulations/versions").json()["items"]
    assert [(one["ref"], one["from_on"], one["in_force"]) for one in known] == [
        (f"{REF}/2", None, True),
        (f"{REF}/3", day, False),
    ]


def test_in_earnest_another_administrator_confirms_on_the_page_or_over_the_api(town: Town) -> None:
    made = found("qz", f"{REF}/2", prefix="QZ", training=False)
    for short in ("one", "two"):
        settle("qz", made.desk, short, "administrator")
    day = f"{datetime.now(ZONE) + timedelta(days=2):%Y-%m-%d}"
    one, two, clerk = Official("qz.one"), Official("qz.two"), Official("qz.unit.handler")
    typed = {"pack": f"{REF}/3", "from_on": day, "basis": "市政办〔2030〕9号", "approver": "某市长"}

    def propose() -> None:
        form = next(f for f in one.send(URL, URL, typed, 200).forms if "confirmed" in f.controls)
        assert one.client.post(URL, form.values).status_code == 302

    propose()
    shown = {name: official.read(URL) for name, official in (("one", one), ("two", two), ("clerk", clerk))}
    offered = {name: {v for f in page.forms for v in f.values.get("do", ())} for name, page in shown.items()}
    assert offered == {"one": {"drop"}, "two": {"confirm", "drop"}, "clerk": set()}
    assert all("待另一位系统管理员确认" in page.text for page in shown.values())
    assert [("修改条款" in page.text) for page in shown.values()] == [True, True, False]
    said = {"do": "drop", "proposal": queries.proposed_version("qz").id}  # type: ignore[union-attr]
    assert clerk.client.post(URL, said).status_code == 409
    assert one.client.post(URL, {**said, "do": "confirm"}).status_code == 409
    assert one.client.post(URL, {**said, "proposal": "x"}).status_code == 404
    assert one.client.post(URL, said).status_code == 302
    propose()
    staff = Staff(made)
    waiting = staff["two"].get("/regulations/versions").json()["waiting"]
    assert (waiting["pack"], waiting["proposed_by"]) == (f"{REF}/3", "qz.one")
    assert staff["one"].post(f"/regulations/versions/{waiting['id']}/confirm").status_code == 409
    told = staff["two"].post(f"/regulations/versions/{waiting['id']}/confirm").json()
    assert (told["waiting"], told["items"][-1]["ref"], told["items"][-1]["confirmed_by"]) == (None, f"{REF}/3", "two")
    again = {**typed, "pack": f"{REF}/1", "from_on": f"{datetime.now(ZONE) + timedelta(days=9):%Y-%m-%d}"}
    proposed = staff["one"].post("/regulations/versions", again).json()
    assert (proposed["decided"], len(proposed["items"])) == (False, 2)
    assert staff["two"].post(f"/regulations/versions/{waiting['id'] + 1}/drop").json()["waiting"] is None
    assert "two" in clerk.read(URL).text
    assert verify("qz").clean
