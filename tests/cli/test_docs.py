"""`bihuan docs`: generated pages are written, compared, and read off what is there."""

import ast
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bihuan.cases.types import AppealType
from bihuan.cli import _clauses, _engine
from bihuan.cli.docs import command
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.limits import LimitName
from bihuan.policy.pack import PARAMETERS, Capacity
from bihuan.vetting import engine
from tests.architecture.sources import SOURCE


def run(root: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, ["--root", str(root), *options])
    return result.exit_code, result.output


def test_what_was_written_passes_the_check_and_a_change_is_shown(tmp_path: Path) -> None:
    assert run(tmp_path, "--check")[0] == 1, "nothing is there yet"
    assert run(tmp_path)[0] == 0
    assert run(tmp_path, "--check") == (0, "")
    page = tmp_path / "docs" / "generated" / "clauses.md"
    page.write_text(page.read_text(encoding="utf-8").replace("WD-2.1d |", "WD-2.1x |"), encoding="utf-8")
    code, said = run(tmp_path, "--check")
    assert code == 1
    assert "-| WD-2.1x |" in said
    assert "+| WD-2.1d |" in said


def test_a_page_whose_stage_table_is_gone_is_reported_and_removed(tmp_path: Path) -> None:
    run(tmp_path)
    gone = tmp_path / "docs" / "generated" / "stages-nothing.md"
    gone.write_text("old", encoding="utf-8")
    code, said = run(tmp_path, "--check")
    assert code == 1
    assert "stages-nothing.md" in said
    run(tmp_path)
    assert not gone.exists()


def test_every_clause_stands_in_the_table_with_what_carries_it_out(tmp_path: Path) -> None:
    run(tmp_path)
    lines = (tmp_path / "docs" / "generated" / "clauses.md").read_text(encoding="utf-8").splitlines()
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in lines if line.startswith("| ")}
    for pack in _engine.packs():
        assert set(pack.clauses) <= set(rows)
    assert "`dispatch.first-receiver`" in rows["WD-2.1a"]
    assert "诉求工单·签收" in rows["WD-1.2(1)"]
    assert "组织措施 organisational" in rows["HN-5.1c"]
    assert rows["HN-4.3"].split(" | ")[2] == "尚未实现 not yet"
    assert rows["WD-2.1a"].split(" | ")[2] == "已落实 carried out"
    assert rows["WD-6.1a"].split(" | ")[2] == "部分落实 in part：有逐项指标和考核得分；按期确定、公布考核结果尚未实现。"


def test_what_is_said_to_be_carried_out_has_a_test(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    run(tmp_path)
    code, said = run(tmp_path, "--check")
    assert code == 1
    assert "WD-2.1a：称已落实，却没有以该条为标记的测试" in said
    ours = Path(__file__).parents[2]
    assert _clauses.untested(_engine.packs(), _engine.tests(ours / "tests")) == []


def test_the_diagram_has_every_row_of_the_stage_table(tmp_path: Path) -> None:
    run(tmp_path)
    for subject in engine.subjects():
        name = f"stages-{subject.table.subject}.md"
        text = (tmp_path / "docs" / "generated" / name).read_text(encoding="utf-8")
        rows, _, duties = text.partition("\n| 职责 |")
        assert rows.count("\n| ") == len(subject.table.moves) + 2
        assert duties.count("\n| ") == len(subject.duties) + 1
        for move in subject.table.moves:
            assert f"{move.origin.value if move.origin else '[*]'} --> {move.target.value} : " in text


def test_marks_are_found_on_functions_classes_and_whole_files(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(
        'import pytest\n\n@pytest.mark.clause("X-1", "X-2")\ndef test_one(): ...\n\n'
        '@pytest.mark.clause("X-2")\nclass TestTwo:\n    @pytest.mark.clause("X-3")\n    def test_three(self): ...\n',
        encoding="utf-8",
    )
    (tmp_path / "test_b.py").write_text(
        'import pytest\n\npytestmark = [pytest.mark.django_db, pytest.mark.clause("X-4")]\n\ndef test_four(): ...\n',
        encoding="utf-8",
    )
    assert _engine.tests(tmp_path) == {
        "X-1": ["test_a.py::test_one"],
        "X-2": ["test_a.py::test_one", "test_a.py::TestTwo::test_three"],
        "X-3": ["test_a.py::TestTwo::test_three"],
        "X-4": ["test_b.py::test_four"],
    }


def test_the_catalogue_names_every_norm_limit_post_and_default(tmp_path: Path) -> None:
    """F121: a norm's parameters and their defaults stood nowhere."""
    run(tmp_path)
    page = (tmp_path / "docs" / "generated" / "norms.md").read_text(encoding="utf-8")
    words = (*norms.ALL, *LimitName, *Capacity, *Post, *AppealType)
    assert [word for word in words if f"`{word}`" not in page] == []
    (row,) = (line for line in page.splitlines() if line.startswith("| `whistle.form-signed`"))
    assert "`seal`（true）" in row
    (row,) = (line for line in page.splitlines() if line.startswith("| `review.send-back`"))
    assert "诉求工单·审核退回" in row
    assert "`rework.dissatisfied`" in row
    (row,) = (line for line in page.splitlines() if line.startswith("| `callback.by-platform`"))
    assert "须 `callback.attempts`" in row
    assert "`callback_check`（默认 1wd）" in row
    (row,) = (line for line in page.splitlines() if line.startswith("| `return.barred-for-designated-lead`"))
    assert "WD-2.1d：凡被指定为首接单位的" in row
    (row,) = (line for line in page.splitlines() if line.startswith("| `intake.merge-repeats`"))
    assert "（默认值）国办函〔2025〕66号" in row


def test_defaults_of_parameters_are_those_of_the_code() -> None:
    asked = re.compile(r"""\.parameter\(\s*(?:norms\.(\w+)|norm), ["'](\w+)["'], (\w+)\)""")
    found = {
        (name, ast.literal_eval(default))
        for path in SOURCE.rglob("*.py")
        for _, name, default in asked.findall(path.read_text(encoding="utf-8"))
    }
    assert found == {(name, default) for known in PARAMETERS.values() for name, default in known.items()}


def test_a_pack_outside_the_program_gets_its_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_PACKS", str(Path(__file__).parent.parent / "packs"))
    page = tmp_path / "docs" / "generated" / "clauses.md"
    run(tmp_path)
    assert "qingshan-2030-3" not in page.read_text(encoding="utf-8")
    run(tmp_path, "--packs")
    assert "青山市群众来件办理规定" in page.read_text(encoding="utf-8")
