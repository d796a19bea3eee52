"""Units end at the console: ended, merged, kept, listed."""

from datetime import UTC, datetime, timedelta

from click.testing import CliRunner

from bihuan.cli.unit import command
from bihuan.organisations import queries
from tests.joint.walks import third, with_bodies
from tests.towns import Town

BASIS = ("--basis", "改革方案")


def run(*words: str) -> str:
    """What the command prints, where it succeeds."""
    done = CliRunner().invoke(command, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def refused(*words: str) -> str:
    """What the command says against it."""
    done = CliRunner().invoke(command, list(words))
    assert done.exit_code == 1, done.output
    return done.output


def test_a_unit_is_ended_listed_and_kept(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    soon = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    assert f"{town.unit} 自{soon}起撤销" in run("end", "wd", town.unit, "--successor", town.other, "--on", soon, *BASIS)
    assert f"{soon}\t{town.unit}\t{town.unit}\t{town.other}\t待撤销" in run("list", "wd")
    assert "已定自" in refused("end", "wd", town.unit, *BASIS)
    assert "不再撤销" in run("keep", "wd", town.unit, "--reason", "方案调整")
    assert queries.endings("wd") == ()
    run("merge", "wd", town.unit, town.other, "--into", third(town), *BASIS)
    assert {row.successor for row in queries.endings("wd")} == {third(town)}


def test_what_is_not_there_or_not_said_is_told(wendeng: Town) -> None:
    assert "没有 nowhere" in refused("list", "nowhere")
    assert "没有 nowhere" in refused("end", "nowhere", wendeng.unit, *BASIS)
    assert "没有 nobody" in refused("end", "wd", "nobody", *BASIS)
    assert "须填写" in refused("end", "wd", wendeng.unit, "--basis", "")
    assert "须填写" in refused("merge", "wd", wendeng.unit, "--into", wendeng.other, "--basis", "x" * 201)
    assert "没有 wd.unit" in refused("keep", "wd", wendeng.unit, "--reason", "方案调整")
