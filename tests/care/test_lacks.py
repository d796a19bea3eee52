"""F126: what a command lacks it says in one Chinese sentence, and ends with 1; every command, every lack."""

import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import make_conninfo
from xlsxwriter.exceptions import FileCreateError

from bihuan.cli._lacks import sentence
from bihuan.startup.trouble import unreached
from tests.care.conftest import PASSPHRASE, House
from tests.waits import LATE

pytestmark = pytest.mark.xdist_group("model house")  # it is made once

PLACE = "nowhere"
TABLE = "letters.csv"
NOTICE = "notice.toml"
OF_A_TABLE = ("--jurisdiction", PLACE, "--channel", "hotline", "--accept-guess")
IN_A_JURISDICTION = {
    "account appointments": (PLACE,),
    "account confirm": (PLACE, "1"),
    "account require-second-factor": (PLACE, "--reason", "试"),
    "channel give": (PLACE, "hotline", "nobody"),
    "channel list": (PLACE,),
    "clock reset": (PLACE,),
    "clock show": (PLACE,),
    "import codes": ("--again", TABLE, *OF_A_TABLE),
    "import letters": (TABLE, *OF_A_TABLE),
    "jurisdiction check": (PLACE,),
    "jurisdiction export": ("out.xlsx", "--code", PLACE),
    "jurisdiction import": ("in.xlsx", "--code", PLACE),
    "jurisdiction template": ("empty.xlsx", "--code", PLACE),
    "places import": (TABLE, "--jurisdiction", PLACE),
    "places list": (PLACE,),
    "public-site": (PLACE,),
    "token list": ("--jurisdiction", PLACE),
    "verify": ("--jurisdiction", PLACE),
}
"""What names a jurisdiction → the words after it."""
OF_AN_ACCOUNT = {
    "account password": ("nobody",),
    "account second-factor": ("nobody", "--reason", "试"),
    "account sign-out": ("nobody",),
    "account unlock": ("nobody",),
    "token issue": ("nobody", "--label", "试"),
    "token revoke": ("nobody", "--all"),
}
OF_THE_INSTALLATION = {
    "backup": ("today.backup",),
    "calendar announce": (NOTICE,),
    "calendar day": ("2026-10-01",),
    "calendar history": ("2026",),
    "demo": (),
    "jurisdiction found": (
        *("--pack", "wendeng-2021-10", "--code", "newcity", "--name", "新城区"),
        *("--office", "新城区诉求中心", "--administrator", "张三"),
    ),
    "jurisdiction list": (),
    "keys rotate": (),
    "keys status": (),
    "manage": ("showmigrations",),
    "migrate": (),
    "prepare": (),
    "reindex": (),
    "seal": (),
    "worker": (),
}
WANT_A_DATABASE = IN_A_JURISDICTION | OF_AN_ACCOUNT | OF_THE_INSTALLATION
WANT_A_FOLDER = {"keys generate": (), "seal": ("--sent",), "serve": (), "up": ("--port", "0")}
"""They write into the data folder before they ask a database for anything."""
WANT_NEITHER = {"docs", "doctor", "pack check", "pack diff", "restore", "with-postgres"}
"""They tell what is wrong by themselves, bring a server of their own, or know nothing of the installation."""


def ended(
    house: House, cwd: Path, commands: Mapping[str, Sequence[str]]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """How each command ended there, and all that there are with words that they understand."""
    asked = json.dumps([[*name.split(), *words] for name, words in commands.items()])
    words = [sys.executable, "-m", "tests.cli.lacking"]
    env = house.env | {"PYTHONPATH": f"{Path.cwd() / 'src'}:{Path.cwd()}", "BIHUAN_BACKUP_PASSPHRASE": PASSPHRASE}
    done = subprocess.run(words, env=env, cwd=cwd, input=asked, capture_output=True, text=True, timeout=2 * LATE)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return told["answers"], told["names"]


def one_sentence(answer: dict[str, Any]) -> str:
    """What was said, which is one line in Chinese and no trace."""
    lines = answer["out"].strip().splitlines()
    assert answer["code"] == 1, answer
    assert len(lines) == 1, answer
    assert lines[0].startswith("Error: "), answer
    assert re.search("[一-鿿]", lines[0]), answer
    return str(lines[0])


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the files that commands name."""
    (tmp_path / TABLE).write_text("诉求内容,联系电话\n路灯不亮,13800000000\n")
    (tmp_path / NOTICE).write_text('year = 2031\nnotice = "某通知"\n[holidays]\n2031-01-01 = "元旦"\n')
    (tmp_path / "in.xlsx").write_bytes(b"")
    return tmp_path


def test_a_command_that_is_named_nowhere_here_is_asked_too(settled: House, desk: Path) -> None:
    house = settled
    house.url = None
    _, every = ended(house, desk, {})
    asked = {*WANT_A_DATABASE, *WANT_A_FOLDER, *WANT_NEITHER}
    assert asked <= every.keys()
    for answer in ended(house, desk, {name: words for name, words in every.items() if name not in asked})[0]:
        one_sentence(answer)  # of the database, or of the made-up words that it was given


@pytest.mark.parametrize("lack", ["no server", "a role that is not there", "a folder under a file"])
def test_what_wants_a_database_says_why_there_is_none(lack: str, settled: House, desk: Path) -> None:
    house = settled
    match lack:
        case "no server":
            house.url = None
        case "a role that is not there":
            assert house.url
            house.url = make_conninfo(house.url, user="nobody_here", password="x")
        case _:
            house.url = None
            house.home = desk / TABLE / "data"
    for answer in ended(house, desk, WANT_A_DATABASE)[0]:
        told = one_sentence(answer)
        if lack == "a folder under a file":
            assert "不是文件夹" in told or "没有数据库" in told, answer
        else:
            assert re.search("连接不上数据库|没有数据库", told), answer


@pytest.mark.parametrize("folder", ["under a file", "where nobody may make one"])
def test_what_writes_into_the_data_folder_says_that_it_cannot(folder: str, settled: House, desk: Path) -> None:
    house = settled
    house.url = None
    house.home = desk / TABLE / "data" if folder == "under a file" else Path("/proc/bihuan")
    for answer in ended(house, desk, WANT_A_FOLDER)[0]:
        assert re.search("不能(读写|写入)", one_sentence(answer)), answer


@pytest.fixture
def closed(desk: Path) -> Iterator[Path]:
    """A folder that may only be read; root, who may write everywhere, gets a file system of that kind."""
    folder = desk / "closed"
    folder.mkdir(mode=0o500)
    if os.geteuid() != 0:
        yield folder
        return
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("root may write everywhere, and may mount nothing here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_folder_that_may_only_be_read_is_told(settled: House, desk: Path, closed: Path) -> None:
    house = settled
    house.url, house.home = None, closed
    for answer in ended(house, desk, WANT_A_FOLDER)[0]:
        assert re.search("没有权限|磁盘是只读的", one_sentence(answer)), answer


def test_a_workbook_in_no_folder_is_told() -> None:
    told = sentence(FileCreateError(FileNotFoundError(errno.ENOENT, "", "/nowhere/city.xlsx")))
    assert told == "不能读写/nowhere/city.xlsx：不存在；请检查 BIHUAN_DATA 等文件夹的属主、权限和磁盘余量"


def test_an_unknown_jurisdiction_and_an_unknown_account_are_told(settled: House, desk: Path) -> None:
    for answer in ended(settled, desk, IN_A_JURISDICTION)[0]:
        assert PLACE in one_sentence(answer), answer
    for answer in ended(settled, desk, OF_AN_ACCOUNT)[0]:
        assert "nobody" in one_sentence(answer), answer


def test_a_database_without_our_tables_is_told(desk: Path, place: Path, fresh_database: Any) -> None:
    house = House(place / "empty", fresh_database())
    for answer in ended(house, desk, {"jurisdiction list": (), "channel list": (PLACE,), "verify": ()})[0]:
        assert "bihuan prepare" in one_sentence(answer), answer


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('connection failed: FATAL:  role "x" does not exist', "没有角色 x"),
        ('FATAL:  database "y" does not exist', "没有数据库 y"),
        ('FATAL:  password authentication failed for user "x"', "没有角色 x，或者口令不对"),
        ('connection to server on socket "/a/.s.PGSQL.5432" failed: No such file or directory', "没有服务器"),
        ("connection is bad: Connection refused\n\tIs the server running on that host", "没有服务器"),
        ("failed to resolve host 'db': [Errno -2] Name or service not known", "找不到这台主机"),
        ("connection timeout expired", "没有回音"),
        ("FATAL:  the database system is starting up", "正在启动或停止"),
        ("something else\nand more", "something else"),
        ("", "原因不明"),
    ],
)
def test_why_a_server_was_not_reached_is_told_in_chinese(said: str, words: str) -> None:
    assert words in unreached(said)
