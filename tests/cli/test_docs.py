"""`bihuan docs`: generated pages are written, compared, and read off what is there."""

from pathlib import Path

from click.testing import CliRunner

from bihuan.cli import _clauses, _engine
from bihuan.cli.docs import command
from bihuan.vetting import engine


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
    assert rows["HN-4.1a"].split(" | ")[2] == "尚未实现 not yet"
    assert rows["WD-2.1a"].split(" | ")[2] == "已落实 carried out"
    assert rows["WD-6.1a"].split(" | ")[2] == "部分落实 in part：督办、分析、考核尚未实现。"


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
