"""F117: the page of a regulation shows the version under which the place stands, whatever lies in the folder."""

from pathlib import Path

import pytest

from bihuan.policy import loader
from tests.api.clients import Staff
from tests.towns import Town, found
from tests.web.officials import Office

QINGSHAN = Path(__file__).parent.parent / "packs" / "qingshan-2030-3.toml"


@pytest.fixture
def town(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town under version 2, with versions 1 and 3 beside it."""
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)
    text = QINGSHAN.read_text(encoding="utf-8")
    for n in (1, 2, 3):
        said = text.replace("version = 1\n", f"version = {n}\n").replace("二个工作日内", f"第{n}版的时间内")
        (tmp_path / f"{n}.toml").write_text(said, encoding="utf-8")
    loader.look_again()
    return found("qs", "qingshan-2030-3/2", prefix="QX")


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
