"""What `docs/founding.md` says to type is typed, line by line, on an empty database."""

from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from bihuan.audit.queries import verify
from bihuan.organisations import queries
from tests.care.test_workbook import city, written
from tests.manuals import DOCS, typed

pytestmark = pytest.mark.django_db
PAGE = DOCS / "founding.md"
RUNNING = {"up"}
"""What goes on until it is stopped: `tests/startup` starts and stops it."""


def test_every_command_of_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = city()
    rows["单位"] = [["newcity.office", "新城区群众诉求中心", "centre", "", "", ""], *rows["单位"][1:]]
    for sheet in ("职务", "认定联络人"):
        rows[sheet] = [["新城区群众诉求中心" if row[0] == "诉求中心" else row[0], *row[1:]] for row in rows[sheet]]
    rows["渠道"] = [[row[0], "新城区群众诉求中心", ""] for row in rows["渠道"]]
    written(tmp_path / "新城区.xlsx", rows)
    commands = [words for words in typed(PAGE) if words[0] not in RUNNING]
    assert len(commands) >= 9
    for words in commands:
        module = import_module(f"bihuan.cli.{words[0].replace('-', '_')}")
        done = CliRunner().invoke(module.command, words[1:])
        assert done.exit_code == 0, (words, done.output)
        if words[:2] == ["jurisdiction", "check"]:
            assert "可以开通" in done.output
    assert (tmp_path / "现状.xlsx").exists()
    assert len(queries.units("newcity")) == 10
    assert verify("newcity").clean
