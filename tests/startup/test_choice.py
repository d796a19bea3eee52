"""Which PostgreSQL is taken."""

from pathlib import Path

import pytest

from bihuan.startup import binaries, places
from bihuan.startup.postgres import Postgres
from bihuan.startup.trouble import Trouble


def test_data_stays_with_the_version_that_made_it(tmp_path: Path) -> None:
    wheel = binaries.choose(way="wheel", major=None)
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text(f"{wheel.major}\n")
    assert Postgres(tmp_path, way=None).binaries.major == wheel.major

    (tmp_path / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(Trouble, match="数据由 PostgreSQL 9 建立"):
        Postgres(tmp_path, way=None)


def test_the_machines_own_programs_come_before_the_wheels() -> None:
    if not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        pytest.skip("no PostgreSQL under /usr/lib/postgresql")
    assert binaries.choose(way=None, major=None).way == "system"


def test_keys_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_DATA", str(tmp_path))
    monkeypatch.delenv("BIHUAN_KEY_FILE", raising=False)
    monkeypatch.delenv("BIHUAN_SECRET_KEY", raising=False)
    assert places.known_secret("secret") is None
    places.make_keys()
    made = places.known_secret("secret"), places.identity_key_file().read_text()
    places.make_keys()
    assert (places.known_secret("secret"), places.identity_key_file().read_text()) == made
    assert len(made[0] or "") == 64
