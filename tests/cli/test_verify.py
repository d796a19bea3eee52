"""`bihuan verify` and `bihuan seal` at the console."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import LazySettings
from django.db import connection

from bihuan.cases.types import Act
from bihuan.cli.seal import command as seal
from bihuan.cli.verify import COUNTED
from bihuan.cli.verify import command as verify
from bihuan.record import sealing
from tests.audit.tampering import tamper
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk


@pytest.fixture
def walk(wendeng: Town) -> Walk:
    """A case being handled, its day sealed."""
    walk = Walk(wendeng).along(*TO_HANDLING).later(days=1)
    sealing.seal_finished(wendeng.code, walk.now)
    return walk


def test_clean(walk: Walk) -> None:
    ran = CliRunner().invoke(verify, [])
    assert ran.exit_code == 0
    assert ran.stdout.startswith("全部相符（记录")
    assert (
        "封存1日、工单1件、定期工作0项、会商会议0次、批示0件、清单事项0件、首接联动0项、吹哨报到0项、责任主体认定0项、拒不承担移交0件"
        in ran.stdout
    )


def test_every_sort_that_is_checked_is_named_with_its_number(walk: Walk) -> None:
    counts = json.loads(CliRunner().invoke(verify, ["--json"]).stdout)["counts"]
    assert set(counts) == set(COUNTED)


def test_broken(walk: Walk) -> None:
    tamper("record_event", "UPDATE record_event SET sentence = 'x' WHERE subject = %s", f"case:{walk.number}")
    ran = CliRunner().invoke(verify, [])
    assert ran.exit_code == 1
    lines = ran.stdout.splitlines()
    assert lines[0] == f"case:{walk.number} 第1条：记录内容与其校验值不符，已被改动"
    assert lines[-1].startswith("发现3处不符（")


def test_for_machines(walk: Walk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET stage = 'closed'")
    ran = CliRunner().invoke(verify, ["--json", "--jurisdiction", "wd"])
    told = json.loads(ran.stdout)
    assert (ran.exit_code, told["clean"], told["counts"]["cases"]) == (1, False, 1)
    assert {"subject": f"case:{walk.number}", "sequence": 3} == {
        k: told["findings"][0][k] for k in ("subject", "sequence")
    }


def test_with_the_seals_kept_outside(walk: Walk, settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path
    walk.along(Act.RECORD_CONTACT)
    outside = tmp_path / "seals.jsonl"
    ran = CliRunner().invoke(seal, [])
    assert ran.exit_code == 0
    assert str(outside) in ran.stdout
    assert len(sealing.published(outside)) == 2  # 2025 is over long since by the real clock
    assert CliRunner().invoke(verify, ["--seals", str(outside)]).exit_code == 0
    tamper(
        "record_seal", "UPDATE record_seal SET hash = sha256('x') WHERE day = %s", walk.now.date() - timedelta(days=1)
    )
    for said in ([], ["--seals", str(outside)]):
        assert "库外留存的这一次封存，库内没有或已不同" in CliRunner().invoke(verify, said).stdout
    ran = CliRunner().invoke(seal, [])
    assert ran.exit_code == 1
    assert "库外留存的这一次封存，库内没有或已不同" in ran.stderr


def test_what_is_remarked_does_not_make_it_fail(walk: Walk, settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path
    CliRunner().invoke(seal, [])
    outside = tmp_path / "seals.jsonl"
    lines = [json.loads(line) for line in outside.read_text().splitlines()]
    outside.write_text("\n".join(json.dumps({k: v for k, v in line.items() if k != "signature"}) for line in lines))
    ran = CliRunner().invoke(verify, [])
    assert ran.exit_code == 0
    assert ran.stdout.startswith("提示：seal:wd（")
    assert json.loads((tmp_path / "verified.json").read_text())["remarks"] == len(lines)


def test_an_unknown_jurisdiction(db: None) -> None:
    ran = CliRunner().invoke(verify, ["--jurisdiction", "nowhere"])
    assert ran.exit_code == 1
    assert "没有“nowhere”这个辖区" in ran.output
