"""F112: what a regulation leaves off refuses nobody, and joint handling comes to its end without it."""

from pathlib import Path

import pytest

from bihuan.joint.types import Act, Kind, Stage
from bihuan.kernel.refusal import Refused
from bihuan.policy import loader, norms
from tests.joint.walks import JointWalk, with_bodies
from tests.towns import START, Town, found
from tests.vetting.edits import base, off
from tests.walks import Walk

LEFT_OFF = (
    "whistle.topics",
    "whistle.grade",
    "whistle.passive-notice",
    "linkage.grade",
    "linkage.passive-notice",
)


@pytest.fixture
def town(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town under a regulation without grades, topics and notices."""
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)
    (tmp_path / "somewhere.toml").write_text(off(*LEFT_OFF)(base("wd")), encoding="utf-8")
    loader.look_again()
    return with_bodies(found("sw", "somewhere-2031-1", prefix="SWX"))


def test_a_tough_whistle_needs_no_list_where_there_is_none(town: Town) -> None:
    walk = JointWalk(town, Kind.WHISTLE, Walk(town, START)).begin(whistle_type="tough")
    assert walk.facts.stage is Stage.ACTIVE


def test_with_the_list_it_does(district: Town) -> None:
    with pytest.raises(Refused) as refused:
        JointWalk(district, Kind.WHISTLE, Walk(district, START)).begin(whistle_type="tough")
    assert refused.value.refusal.norm is norms.WHISTLE_TOPICS


@pytest.mark.parametrize("kind", Kind)
def test_without_notices_and_grades_it_comes_to_its_signed_form(town: Town, kind: Kind) -> None:
    walk = JointWalk(town, kind, Walk(town, START)).begin()
    walk.along(Act.CONCLUDE)
    assert [member.finished_at for member in walk.facts.members] == [None], "nobody was notified, for nobody can be"
    walk.along(Act.FILE_FORM, Act.SIGN_FORM)
    assert walk.facts.stage is Stage.SIGNED


@pytest.mark.parametrize("kind", Kind)
def test_with_notices_it_waits(district: Town, kind: Kind) -> None:
    walk = JointWalk(district, kind, Walk(district, START)).begin()
    with pytest.raises(Refused):
        walk.along(Act.CONCLUDE)
