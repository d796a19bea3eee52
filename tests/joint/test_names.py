"""F115: what a body is called is said by the regulation of the subject, when it is said."""

from pathlib import Path

import pytest

from bihuan.audit.queries import verify
from bihuan.joint.types import Kind, Stage
from bihuan.kernel.refusal import Refused
from bihuan.policy import loader
from bihuan.record import queries as record
from tests.joint.walks import walk_to, with_bodies
from tests.names import lay_down
from tests.towns import Town, found
from tests.walks import Walk


@pytest.fixture
def elsewhere(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town under a regulation that a test may edit."""
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)
    lay_down("wendeng-2021-10", tmp_path)
    loader.look_again()
    return with_bodies(found("els", "we-elsewhere", prefix="EX"))


def told(number: str) -> str:
    return " ".join(event.sentence for event in record.events(f"linkage:{number}"))


def test_the_record_keeps_the_words_of_its_day(elsewhere: Town, tmp_path: Path) -> None:
    """A name is no law: it may be put otherwise in the file, and what was said stays said."""
    before = walk_to(Kind.LINKAGE, Stage.ESCALATED, elsewhere).number
    path = tmp_path / "we.toml"
    name = """\n[[name]]\ncode = "leadership"\nlabel = '旗"政会'\n"""
    path.write_text(path.read_text(encoding="utf-8") + name, encoding="utf-8")
    loader.look_again()
    after = walk_to(Kind.LINKAGE, Stage.ESCALATED, elsewhere).number
    assert "主要负责人向旗务会汇报" in told(before)
    assert '主要负责人向旗"政会汇报' in told(after)
    assert verify().findings == ()


def test_a_refusal_is_in_the_words_of_its_regulation(elsewhere: Town) -> None:
    walk = Walk(elsewhere).along("register", "dispatch", "sign_in")
    with pytest.raises(Refused, match="只有苏木可以吹哨"):
        walk.do("whistle")


def test_a_refusal_names_posts_as_its_regulation_does(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    lay_down("wendeng-2021-10", tmp_path)
    path, text = tmp_path / "we.toml", (tmp_path / "we.toml").read_text(encoding="utf-8")
    for code, called in (("dispatcher", "转办专员"), ("head", "一把手"), ("deputy", "分管班子成员")):
        before, _, after = text.partition(f'code = "{code}"\nlabel = "')
        assert after, code
        text = f'{before}code = "{code}"\nlabel = "{called}{after[after.index(chr(34)) :]}'
    path.write_text(text, encoding="utf-8")
    loader.look_again()
    town = found("els", "we-elsewhere", prefix="EX")
    walk = Walk(town).along("register", "accept")
    with pytest.raises(Refused, match="只有转办专员可以“派单”"):
        walk.do("dispatch", "desk.registrar")
    walk.along("dispatch", "sign_in")
    with pytest.raises(Refused, match="分管班子成员或一把手") as refused:
        walk.do("hang", leader="不在任的人")
    assert "⟨" not in refused.value.refusal.reason
