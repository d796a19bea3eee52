"""Units, container file and examples name nothing that is not there."""

import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import pytest

from bihuan.cli.main import Commands
from bihuan.walls.roles import ROLE, WORKER
from tests.waits import LATE

HERE = Path(__file__).parents[2]
DEPLOY = HERE / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
PROGRAM = "/opt/bihuan/.venv/bin/bihuan"


def called(text: str) -> list[list[str]]:
    """What the units start."""
    return [shlex.split(line.partition("=")[2]) for line in text.splitlines() if line.startswith("ExecStart")]


def understood(words: list[str]) -> bool:
    """Whether `bihuan` takes these words, without carrying them out."""
    group = Commands("bihuan")
    found = group.get_command(click.Context(group), words[0])
    assert found is not None, words
    found.make_context(words[0], words[1:], resilient_parsing=False)
    return True


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    assert shutil.which("systemd-analyze"), "make install-tests brings it; elsewhere install systemd"
    program = tmp_path / "bihuan"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    copies = []
    for unit in UNITS:
        copies.append(tmp_path / unit.name)
        copies[-1].write_text(unit.read_text().replace(PROGRAM, str(program)))
    words = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *map(str, copies)]
    done = subprocess.run(words, capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "bihuan" in line and "postgresql.service" not in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("unit", [u for u in UNITS if u.suffix == ".service"], ids=lambda u: u.name)
def test_a_unit_starts_commands_that_exist_and_gives_up_its_rights(unit: Path) -> None:
    text = unit.read_text()
    assert called(text)
    for words in called(text):
        assert words[0] == PROGRAM
        assert understood(words[1:])
    for line in ("User=bihuan", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "UMask=0077"):
        assert line in text.splitlines()


def test_the_container_copies_what_is_there_and_runs_as_nobody_special() -> None:
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for line in lines:
        if line.startswith("COPY") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (HERE / source).exists(), source
    stages = {line.split()[-1] for line in lines if line.startswith("FROM") and " AS " in line}
    assert set(re.findall(r"--from=(\w+)", text)) == stages
    last = lines[max(i for i, line in enumerate(lines) if line.startswith("FROM")) :]
    assert [line for line in last if line.startswith("USER")] == ["USER 10001:10001"]
    assert 'ENTRYPOINT ["bihuan"]' in last
    assert understood(["serve"])
    minor = re.search(r"FROM python:3\.(\d+)", text)
    assert minor
    assert int(minor[1]) >= 11


def test_the_wheel_that_the_container_builds_holds_the_english_words(tmp_path: Path) -> None:
    text = (DEPLOY / "Containerfile").read_text()
    build = text[text.index(" AS build") :].partition("\nFROM ")[0]
    for line in [line for line in build.splitlines() if line.startswith("COPY ")]:
        *sources, target = line.split()[1:]
        for source in sources:
            to = tmp_path / target if target.endswith(Path(source).name) else tmp_path / target / Path(source).name
            if (HERE / source).is_dir():
                shutil.copytree(HERE / source, to, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
            else:
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(HERE / source, to)
    # As in a clone: what git ignores is left out, unless the build asks for it.
    (tmp_path / ".git").mkdir()
    shutil.copy(HERE / ".gitignore", tmp_path)
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "made"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tmp_path / "made").iterdir()
    catalogue = "bihuan/web/locale/en/LC_MESSAGES/django.mo"
    with zipfile.ZipFile(wheel) as file:
        assert [name for name in file.namelist() if name.endswith(".mo")] == [catalogue]
        assert file.read(catalogue) == (HERE / "src" / catalogue).read_bytes()


def test_every_setting_of_the_examples_is_one_that_the_code_reads_and_the_manual_explains() -> None:
    read = "".join(path.read_text() for path in (HERE / "src").rglob("*.py"))
    manual = (HERE / "docs" / "operations.md").read_text()
    examples = "".join(path.read_text() for path in [*DEPLOY.glob("*.env.example"), *UNITS])
    for name in set(re.findall(r"\b(BIHUAN_[A-Z_]+|DATABASE_URL)=", examples)):
        assert name in read, name
        assert name in manual, name


def test_the_proxy_lets_through_what_a_form_may_have_and_no_more() -> None:
    """F124: one number; a proxy that takes less cuts off what the page promised, with the text."""
    from django.conf import settings

    megabytes = settings.FORM_LIMIT // 2**20
    text = (DEPLOY / "nginx.conf.example").read_text()
    assert re.findall(r"client_max_body_size (\w+);", text) == [f"{megabytes}m"]
    page, folder = re.search(r"error_page 413 /(\S+);", text), re.search(r"root (/opt/bihuan/\S+);", text)
    assert page
    assert folder
    told = (HERE / folder[1].removeprefix("/opt/bihuan/") / page[1]).read_text()
    assert re.findall(r"(\d+) MB", told) == [str(megabytes)] * 2
    assert re.search(rf"`BIHUAN_FORM_MB` \| `{megabytes}` \|", (HERE / "docs" / "operations.md").read_text())
    assert settings.ATTACHMENT_LIMIT < settings.FORM_LIMIT


LOCKED = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)"


@pytest.mark.parametrize(("says", "times", "ends"), [(LOCKED, 3, 0), ("E: Unable to locate package", 1, 1)])
def test_installing_waits_for_another_package_manager_and_for_nothing_else(
    says: str, times: int, ends: int, tmp_path: Path
) -> None:
    """A fresh server updates itself in its first minutes."""
    for name, text in (
        (
            "apt-get",
            f'cd "{tmp_path}"; echo x >>calls; [ $(wc -l <calls) -gt 3 ] || {{ echo "{says}" >&2; exit 100; }}',
        ),
        ("sleep", "true"),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    install = (HERE / "tools" / "install").read_text()
    functions = install[install.index("say()") : install.index("export DEBIAN_FRONTEND")]
    words = ["bash", "-c", f"set -euo pipefail\n{functions}\napt_install something"]
    done = subprocess.run(
        words, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, timeout=LATE
    )
    assert done.returncode == ends, done.stderr
    assert ("waiting for it" in done.stderr) is (says == LOCKED)
    calls = len((tmp_path / "calls").read_text().split())
    assert calls == (times + 1 if ends == 0 else 2), "install, and once more after an update"


@pytest.mark.parametrize("unit", ["bihuan-web.service", "bihuan-worker.service"])
def test_what_the_world_reaches_never_reads_the_owners_address(unit: str) -> None:
    assert "owner.env" not in (DEPLOY / unit).read_text()
    assert "OWNER" not in (DEPLOY / "bihuan.env.example").read_text()


def test_the_worker_signs_in_by_a_login_of_its_own() -> None:
    assert "worker.env" not in (DEPLOY / "bihuan-web.service").read_text()
    lines = (DEPLOY / "bihuan-worker.service").read_text().splitlines()
    read = [line.rpartition("/")[2] for line in lines if line.startswith("EnvironmentFile=")]
    assert read == ["bihuan.env", "worker.env"], "the last one wins"
    for file, role in (("bihuan.env.example", ROLE), ("worker.env.example", WORKER)):
        assert f"DATABASE_URL=postgresql://{role}:" in (DEPLOY / file).read_text()


def test_serve_turns_into_the_server_that_answers(tmp_path: Path) -> None:
    from tests.startup.running import eventually, free_port

    port = free_port()
    env = {"PATH": "/usr/bin:/bin", "BIHUAN_DATA": str(tmp_path), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "staticfiles.json").write_text('{"paths": {}, "version": "1.1", "hash": ""}')
    words = [sys.executable, "-m", "bihuan.cli.main", "serve", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(words, env=env, stderr=subprocess.PIPE) as server:
        try:
            import httpx

            def answers() -> bool:
                try:
                    return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
                except httpx.TransportError:
                    return False

            assert eventually(answers)
            ready = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=LATE)
            assert ready.status_code == 503
            assert len(ready.headers["X-Request-ID"]) == 32
        finally:
            server.terminate()
            server.wait(LATE)
