"""F118: a regulation that was edited in place is found; so is one whose file is gone or wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bihuan.audit import queries
from bihuan.policy import loader
from tests.audit.tampering import named
from tests.towns import found
from tests.vetting.edits import base
from tests.walks import TO_HANDLING, Walk

Rewrite = Callable[[Callable[[str], str]], None]


@pytest.fixture
def rewrite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rewrite:
    """The file of a regulation in a folder of its own, with something changed."""
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)

    def write(change: Callable[[str], str]) -> None:
        (tmp_path / "somewhere.toml").write_text(change(base("wd")), encoding="utf-8")
        loader.look_again()

    return write


def same(text: str) -> str:
    return text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("要认真履行牵头责任，不得以任何理由推脱", "可以说明理由后退回"),
        ('limit = "5wd"', 'limit = "55wd"'),
        ("{ max = 3 }", "{ max = 2 }"),
        ('label = "12345政务服务热线"', 'label = "市民热线"'),
        ('label = "主要负责人"', 'label = "一把手"'),
        (', "dispatch.first-contact"]', "]"),
    ],
)
def test_an_edit_in_place_is_found(rewrite: Rewrite, old: str, new: str) -> None:
    assert old in base("wd")
    rewrite(same)
    Walk(found("sw", "somewhere-2031-1", prefix="SWX")).along(*TO_HANDLING)
    assert queries.verify().clean
    rewrite(lambda text: text.replace(old, new, 1))
    assert named("jurisdiction:sw", 1, "规则somewhere-2031-1/1的内容与采用时不同")
    rewrite(lambda text: f"# 一条注释\n{text}".replace("\n", "\r\n"))
    assert queries.verify().clean, "comments and line ends say nothing"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('partly = "有落实情况的统计，年度目标绩效考核尚未实现。"', 'partly = "还没有考核。"'),
        ('partly = "有落实情况的统计，年度目标绩效考核尚未实现。"\n', ""),
        ("\norganisational = true\n", "\n"),
        ('also = ["callback.by-platform", "linkage.grade"]', 'also = ["callback.by-platform"]'),
    ],
    ids=("other words", "carried out", "planned", "fewer norms beside it"),
)
def test_what_a_release_says_of_its_coverage_is_no_law(rewrite: Rewrite, old: str, new: str) -> None:
    assert old in base("wd")
    rewrite(same)
    found("sw", "somewhere-2031-1", prefix="SWX")
    rewrite(lambda text: text.replace(old, new, 1))
    assert queries.verify().clean


@pytest.mark.django_db
def test_a_file_that_is_gone_or_wrong_is_told_and_the_rest_verified(rewrite: Rewrite) -> None:
    rewrite(same)
    Walk(found("sw", "somewhere-2031-1", prefix="SWX")).along(*TO_HANDLING)
    for wrong in ("id = [", ""):
        rewrite(lambda text, wrong=wrong: wrong)  # type: ignore[misc]
        assert named("jurisdiction:sw", 1, "规则somewhere-2031-1/1没有可用的文件")
