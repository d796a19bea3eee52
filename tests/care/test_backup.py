"""What was backed up comes back whole, or is refused before anything is written."""

import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from bihuan.care.contents import counted, last_seals
from bihuan.care.strongbox import CHUNK
from bihuan.policy.loader import SHIPPED
from tests.care.conftest import House
from tests.manuals import DOCS, typed

pytestmark = pytest.mark.xdist_group("model house")  # it is made once

Empty = Callable[[], House]


def tables(house: House) -> dict[str, int]:
    url = house.url or (house.home / "database-url").read_text().strip()
    with psycopg.connect(url) as connection:
        return counted(connection)


def files(house: House) -> dict[str, bytes]:
    folder = house.home / "attachments"
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def backed_up(house: House, file: Path, *words: str) -> Path:
    done = house.run("backup", file, *words)
    assert done.returncode == 0, done.stdout
    return file


def nothing_written(house: House) -> None:
    assert not house.home.exists() or {p.name for p in house.home.iterdir()} <= {"logs", "lock", "identity.key"}
    assert house.url is not None
    with psycopg.connect(house.url) as connection:
        assert counted(connection) == {}


def as_the_manual_says(place: Path) -> list[list[str]]:
    """What the operator's manual says to type to back up, look at and restore, with files that lie here."""
    lines = [words for words in typed(DOCS / "operations.md") if words[0] in ("backup", "restore")]
    return [[str(place / Path(word).name) if word.endswith(".backup") else word for word in words] for words in lines]


def test_everything_dropped_comes_back_verified_and_counted(settled: House, empty_house: Empty, place: Path) -> None:
    backup, look, restore = as_the_manual_says(place)
    file = Path(backup[-1])
    for words in (backup, look):
        done = settled.run(*words)
        assert done.returncode == 0, done.stdout
    before, shelf = tables(settled), files(settled)
    identity = (settled.home / "identity.key").read_text()
    assert settled.url is not None
    with psycopg.connect(settled.url) as connection:
        seals = last_seals(connection)
    assert before["cases_case"] == 3
    assert len(shelf) == 3
    assert sum(name.startswith("aside/") for name in shelf) == 1
    assert seals
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    shutil.rmtree(settled.home)
    with psycopg.connect(settled.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")

    again = empty_house()
    done = again.run(*restore)
    assert done.returncode == 0, done.stdout
    assert "全部相符" in done.stdout
    assert tables(again) == before
    assert files(again) == shelf
    assert (again.home / "identity.key").read_text() == identity
    assert stat.S_IMODE((again.home / "identity.key").stat().st_mode) == 0o600
    assert again.url is not None
    with psycopg.connect(again.url) as connection:
        assert last_seals(connection) == seals
    assert again.run("verify", "--seals", again.home / "seals.jsonl").returncode == 0
    assert "3 条  当前" in again.run("keys", "status").stdout


def test_regulations_that_were_laid_in_come_back_with_what_stands_under_them(
    settled: House, empty_house: Empty, place: Path
) -> None:
    """A restored city whose regulation is gone can be neither worked nor verified."""
    text = (SHIPPED / "wendeng-2021-10.toml").read_text("utf-8")
    for before, after in (('id = "wendeng-2021-10"', 'id = "newcity-2026-1"'), ('"WD"', '"NC"'), ('"WDQD"', '"NCQD"')):
        text = text.replace(before, after, 1)
    own = place / "newcity.toml"
    own.write_text(text, "utf-8")
    words = ("--code", "newcity", "--name", "新城区", "--office", "新城区诉求中心", "--administrator", "张三")
    founded = settled.run("jurisdiction", "found", "--pack-file", own, *words)
    assert founded.returncode == 0, founded.stdout
    (laid,) = (settled.home / "packs").glob("*.toml")
    file = backed_up(settled, place / "one.backup")
    assert settled.run("restore", "--check", file).returncode == 0

    again = empty_house()
    again.more["BIHUAN_PACKS"] = f"{place / 'regulations'}:{place / 'others'}"
    done = again.run("restore", file)
    assert done.returncode == 0, done.stdout
    assert "全部相符" in done.stdout
    back = place / "regulations" / laid.name
    assert back.read_bytes() == own.read_bytes()
    assert stat.S_IMODE(back.stat().st_mode) == 0o644
    assert "新城区" in again.run("jurisdiction", "list").stdout
    second = backed_up(again, place / "two.backup")

    third = empty_house()
    (third.home / "packs").mkdir(parents=True)
    (third.home / "packs" / laid.name).write_text("别的规则\n")
    done = third.run("restore", second)
    assert done.returncode == 1
    assert "没有覆盖" in done.stdout
    assert not (third.home / "secret.key").exists()
    assert not (third.home / "identity.key").exists()
    (third.home / "packs" / laid.name).write_bytes(own.read_bytes())
    assert third.run("restore", second).returncode == 0


def test_a_restore_makes_a_server_of_its_own_where_none_is_given(settled: House, place: Path) -> None:
    file = backed_up(settled, place / "one.backup")
    own = House(place / "own", None)
    done = own.run("restore", file)
    assert done.returncode == 0, done.stdout
    assert "全部相符" in done.stdout
    second = own.run("backup", place / "two.backup")
    assert second.returncode == 0, second.stdout
    assert "含密钥" in own.run("restore", "--check", place / "two.backup").stdout


def test_a_backup_shows_nothing_of_what_is_in_it(settled: House, place: Path) -> None:
    content = backed_up(settled, place / "one.backup").read_bytes()
    key = (settled.home / "identity.key").read_text().splitlines()[0].partition(":")[2]
    for secret in (key.encode(), bytes.fromhex(key), "路灯".encode(), b"identity.key", b"cases_case", b"PGDMP"):
        assert secret not in content


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda b: b[:-1], id="one byte short"),
        pytest.param(lambda b: b[: 49 + (CHUNK + 16)], id="cut between two chunks"),
        pytest.param(lambda b: b[: len(b) // 2], id="half"),
        pytest.param(lambda b: b[:20], id="the head alone"),
        pytest.param(lambda b: b"", id="empty"),
        pytest.param(lambda b: b[:-1] + bytes([b[-1] ^ 1]), id="last bit"),
        pytest.param(lambda b: b[:100] + bytes([b[100] ^ 1]) + b[101:], id="a bit in the first chunk"),
        pytest.param(lambda b: b[:16] + bytes([b[16] - 1]) + b[17:], id="another cost"),
        pytest.param(lambda b: b[:16] + bytes([63]) + b[17:], id="a cost that nobody can pay"),
        pytest.param(lambda b: b + b"x", id="more at the end"),
        pytest.param(lambda b: b + b[49:], id="chunks said twice"),
        pytest.param(lambda b: b"PK" + b, id="another file"),
    ],
)
def test_a_spoilt_file_is_refused_before_anything_is_written(
    spoil: Callable[[bytes], bytes], made: Path, empty_house: Empty, place: Path
) -> None:
    spoilt = place / "spoilt.backup"
    spoilt.write_bytes(spoil(made.read_bytes()))
    target = empty_house()
    done = target.run("restore", spoilt)
    assert done.returncode == 1
    assert "Error: " in done.stdout
    assert "Traceback" not in done.stdout
    nothing_written(target)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A box of three chunks and more, sealed under the passphrase of the houses."""
    from bihuan.care.strongbox import Sealing
    from tests.care.conftest import PASSPHRASE

    path = tmp_path_factory.mktemp("made") / "made.backup"
    with path.open("wb") as file:
        box = Sealing(file, PASSPHRASE.encode())
        box.write(bytes(range(256)) * 900)
        box.finish()
    return path


def test_the_wrong_passphrase_a_full_folder_and_a_full_database_are_refused(
    settled: House, empty_house: Empty, place: Path
) -> None:
    file = backed_up(settled, place / "one.backup")
    target = empty_house()
    target.more["BIHUAN_BACKUP_PASSPHRASE"] = "另一个足够长的口令"
    done = target.run("restore", file)
    assert done.returncode == 1
    assert "口令或密钥文件不对" in done.stdout
    nothing_written(target)

    before = tables(settled)
    done = settled.run("restore", file)
    assert done.returncode == 1
    assert "不是空的" in done.stdout
    elsewhere = House(place / "elsewhere", settled.url)
    done = elsewhere.run("restore", file)
    assert done.returncode == 1
    assert "数据库不是空的" in done.stdout
    assert not (elsewhere.home / "identity.key").exists()
    assert tables(settled) == before


def test_an_existing_backup_is_not_overwritten_and_a_folder_keeps_the_newest(settled: House, place: Path) -> None:
    file = backed_up(settled, place / "one.backup")
    content = file.read_bytes()
    done = settled.run("backup", file)
    assert done.returncode == 1
    assert "已经存在" in done.stdout
    assert file.read_bytes() == content

    done = settled.run("backup", f"{place}/no-such-folder/")
    assert (done.returncode, "没有目录" in done.stdout) == (1, True)
    assert not (place / "no-such-folder").exists()

    folder = place / "kept"
    folder.mkdir()
    for day in range(3):
        (folder / f"bihuan-2020010{day}T000000Z.backup").write_text("old")
    backed_up(settled, folder, "--keep", "2")
    kept = sorted(p.name for p in folder.iterdir())
    assert len(kept) == 2
    assert kept[0] == "bihuan-20200102T000000Z.backup"
    assert json.loads((settled.home / "last-backup.json").read_text())["file"].endswith(kept[1])


def test_a_missing_attachment_is_told_and_the_rest_is_backed_up(
    settled: House, place: Path, empty_house: Empty
) -> None:
    lost = next(p for p in (settled.home / "attachments").rglob("*") if p.is_file())
    lost.write_bytes(b"altered")
    done = settled.run("backup", place / "one.backup")
    assert done.returncode == 1
    assert lost.name in done.stdout
    again = empty_house()
    restored = again.run("restore", place / "one.backup")
    assert restored.returncode == 1
    assert "附件文件不在了" in restored.stdout
    assert len(files(again)) == 2


def test_a_backup_without_keys_needs_them_at_the_restore(settled: House, place: Path, empty_house: Empty) -> None:
    file = backed_up(settled, place / "one.backup", "--without-keys")
    again = empty_house()
    done = again.run("restore", file)
    assert done.returncode == 1
    assert "不含诉求人身份密钥" in done.stdout
    nothing_written(again)
    again.more["BIHUAN_KEYS"] = (settled.home / "identity.key").read_text().replace("\n", ",")
    assert again.run("restore", file).returncode == 0
    assert not (again.home / "identity.key").exists()
    assert "3 条  当前" in again.run("keys", "status").stdout


def test_a_failing_restore_leaves_neither_rows_nor_files(settled: House, place: Path, empty_house: Empty) -> None:
    file = backed_up(settled, place / "one.backup")
    target = empty_house()
    assert target.url is not None
    with psycopg.connect(target.url, autocommit=True) as connection:
        connection.execute("CREATE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'")
    done = target.run("restore", file)
    assert done.returncode == 1
    assert "数据库没有改动" in done.stdout
    nothing_written(target)


@pytest.mark.parametrize("how", ["short", "missing", "none"])
def test_a_backup_needs_a_passphrase_of_some_length(how: str, place: Path, fresh_database: Callable[[], str]) -> None:
    house = House(place / "h", fresh_database())
    house.home.mkdir()
    del_env = {"short": "短", "missing": "", "none": ""}[how]
    house.more["BIHUAN_BACKUP_PASSPHRASE"] = del_env
    words = ["--key-file", str(place / "absent")] if how == "missing" else []
    done = house.run("backup", place / "x.backup", *words)
    assert done.returncode == 1
    assert {"short": "太短", "missing": "读不到", "none": "请用"}[how] in done.stdout
    assert not (place / "x.backup").exists()
