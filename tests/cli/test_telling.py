"""What strangers wrote into a file is shown at the console, and not carried out there."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bihuan.cli import pack
from bihuan.cli._telling import Told, plain
from tests.intake.tables import text
from tests.intake.test_importing import bihuan_import, where
from tests.towns import Town

ESCAPE = "\x1b]0;换了标题\x07\x1b[2J"
INVENTED = Path(__file__).parent.parent / "packs" / "qingshan-2030-3.toml"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (ESCAPE, "□]0;换了标题□□[2J"),
        ("一\r二\x9b三\u202e四\u200b", "一□二□三□四□"),
        ("第　一\n\t行 é", "第　一\n\t行 é"),
    ],
)
def test_a_box_stands_for_what_a_terminal_would_carry_out(said: str, shown: str) -> None:
    assert (plain(said), Told(said).message) == (shown, shown)


@pytest.mark.parametrize(
    ("word", "before"), [("check", "dispatch.sign-in"), ("diff", "来件厅")], ids=["checked", "compared"]
)
def test_a_pack_that_somebody_sent_commands_no_terminal(word: str, before: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.toml"
    escape = "\\u001b]0;换了标题\\u0007\\u001b[2J"
    path.write_text(INVENTED.read_text("utf-8").replace(f'"{before}', f'"{before}{escape}', 1), encoding="utf-8")
    done = CliRunner().invoke(pack.command, [word, *([str(INVENTED)] if word == "diff" else []), str(path)])
    assert "□[2J" in done.output, done.output
    assert "\x1b" not in done.output


def test_a_table_that_somebody_sent_commands_no_terminal(wendeng: Town, tmp_path: Path) -> None:
    path = text(tmp_path / "letters.csv", f"明细{ESCAPE}\n编号,留言详情,电话{ESCAPE}\n1,路灯坏了,{ESCAPE}\n")
    said = bihuan_import(path, *where(wendeng), "--dry-run")
    assert "电话□]0;换了标题" in said.output, said.output
    assert "\x1b" not in said.output
    said = bihuan_import(path, *where(wendeng), "--map", "没有=标题")
    assert (said.exit_code, "□[2J" in said.output, "\x1b" in said.output) == (1, True, False)
