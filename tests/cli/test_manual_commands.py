"""Every line that the manuals say to type is carried out on a throw-away installation (F130)."""

from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from bihuan.organisations import commands as organisations
from tests.manuals import DOCS, typed
from tests.towns import FOUNDER, START, found, give_channel

ELSEWHERE = {
    "founding.md": "tests/cli/test_founding_page.py",
    "regulation-packs.md": "tests/cli/test_pack_manuals.py",
    "regulation-packs.zh-CN.md": "tests/cli/test_pack_manuals.py",
}
"""Manuals whose commands tell one story, and the test that lives it."""
IN_A_HOUSE = {"backup", "restore"}
"""Commands that want an installation with a data folder: `tests/care/test_backup.py` carries them out."""
PAGES = [page for page in sorted(DOCS.glob("*.md")) if page.name not in ELSEWHERE]
LETTERS = "留言详情,姓名,电话\n小区门口路灯坏了三天。,王某,13800001234\n"


@pytest.fixture
def installation(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The town that the manuals speak of, with the account whose token they issue, and the table that they import."""
    monkeypatch.chdir(tmp_path)
    town = found("wendeng", "wendeng-2021-10", prefix="WX")
    organisations.enter_person(jurisdiction="wendeng", account="wd-registrar", name="王登", actor=FOUNDER, now=START)
    organisations.appoint(
        account="wd-registrar", unit=town.desk, post="reviewer", from_on=date(2021, 1, 1), actor=FOUNDER, now=START
    )
    give_channel("wendeng", "web", town.desk)
    (tmp_path / "letters.xlsx").write_text(LETTERS, "utf-8")
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_manual_says_to_type_works(page: Path, installation: Path) -> None:
    for words in typed(page):
        if words[0] in IN_A_HOUSE:
            continue
        module = import_module(f"bihuan.cli.{'import_' if words[0] == 'import' else words[0].replace('-', '_')}")
        done = CliRunner().invoke(module.command, words[1:])
        assert done.exit_code == 0, (words, done.output)
