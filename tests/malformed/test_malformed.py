"""Malformed uploads, forms and imports: a clear error each, never a 500, and the database as it was.

BIHUAN_MALFORMED=10000 sends so many; without it the suite sends some hundreds. BIHUAN_SEED chooses others.
"""

import os
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from bihuan.cases.types import Act
from bihuan.cli.import_ import command as import_command
from tests.api.clients import BASE, Api
from tests.malformed import things
from tests.towns import Town
from tests.walks import REQUEST, Walk, filled
from tests.web.officials import Official

MANY = int(os.environ.get("BIHUAN_MALFORMED", "300"))
SEED = int(os.environ.get("BIHUAN_SEED", "12345"))
KEEPERS = ("django_session", "requesters_look", "access_", "axes_", "record_onceness", "floodgate_", "procrastinate_")
"""Tables that tell who came and looked: the log may grow."""


def share(part: float) -> range:
    return range(max(1, int(MANY * part)))


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(KEEPERS)]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables))
        return dict(cursor.fetchall())


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.ATTACHMENT_LIMIT = 1024 * 1024
    return tmp_path / "files"


@pytest.fixture
def registrar(wendeng: Town) -> Api:
    return Api(f"{wendeng.code}.desk.registrar")


class Outcomes:
    """What became of them, and that the refused left nothing behind."""

    def __init__(self) -> None:
        self.seen: Counter[int] = Counter()
        self.before = counts()

    def note(self, answer: Any, seed: int) -> None:
        status = answer.status_code
        self.seen[status] += 1
        text = b"".join(answer) if answer.streaming else answer.content
        assert status < 500, (seed, status, text[:600])
        if status >= 400 and status != 405:
            assert text.strip(), seed
        if answer.headers["Content-Type"].startswith("application/problem+json"):
            assert answer.json()["detail"], seed

    def check(self, seed: int) -> None:
        assert counts() == self.before, seed

    def mostly_refused(self) -> None:
        taken = sum(count for status, count in self.seen.items() if status < 300)
        assert taken < 0.5 * self.seen.total(), self.seen


def test_bodies_that_the_api_cannot_take(registrar: Api, wendeng: Town) -> None:
    now = datetime.now(UTC)
    walk = Walk(wendeng).along(Act.REGISTER)
    forms = {act: filled(act, wendeng, now) for act in Act if act != Act.ARCHIVE}
    outcomes = Outcomes()
    for seed in share(0.35):
        dice = random.Random(f"{SEED} body {seed}")
        act = dice.choice(sorted(forms))
        path = "/cases" if act == Act.REGISTER else f"/cases/{walk.number}/acts/{act}"
        with transaction.atomic():
            answer = registrar.post(path, things.body(forms[act], dice))
            outcomes.note(answer, seed)
            if answer.status_code >= 300:
                outcomes.check(seed)
            transaction.set_rollback(True)
    outcomes.mostly_refused()


def test_files_that_are_not_what_they_say(registrar: Api, shelf: Path) -> None:
    outcomes = Outcomes()
    for seed in share(0.25):
        dice = random.Random(f"{SEED} file {seed}")
        name, content = things.file(dice)
        with transaction.atomic():
            sent = SimpleUploadedFile("x", content)
            sent._name = name  # type: ignore[attr-defined]  # as a client that heeds no rule sends it
            answer = registrar.client.post(f"{BASE}/attachments", {"file": sent}, headers=registrar.headers({}))
            outcomes.note(answer, seed)
            if answer.status_code >= 300:
                outcomes.check(seed)
            else:
                assert "/" not in answer.json()["name"]
            transaction.set_rollback(True)
    outcomes.mostly_refused()


def test_forms_that_no_browser_would_send(wendeng: Town) -> None:
    client = Official(f"{wendeng.code}.desk.registrar").client
    walk = Walk(wendeng).along(Act.REGISTER)
    now = datetime.now(UTC)
    outcomes = Outcomes()
    pages = ("/cases/new/", f"/cases/{walk.number}/acts/withdraw/", f"/cases/{walk.number}/acts/propose_decline/")
    reads = ("/cases/", "/matters/", "/cases/new/beside/", f"/cases/{walk.number}/", "/", "/dispatch/", "/sign-in/")
    for seed in share(0.25):
        dice = random.Random(f"{SEED} form {seed}")
        with transaction.atomic():
            if dice.random() < 0.5:
                form = (
                    {"channel": wendeng.channel, **REQUEST} if dice.random() < 0.5 else filled("withdraw", wendeng, now)
                )
                answer = client.post(dice.choice(pages), things.typed(form, dice))
                outcomes.note(answer, seed)
                registered = any(template.name == "cases/registered.html" for template in answer.templates)
                if not registered and answer.status_code != 302:
                    outcomes.check(seed)
            else:
                asked = {
                    key: str(things.value(dice)) for key in ("q", "page", "stage", "sort", "after", "unit", "since")
                }
                asked = {key: things.encodable(text)[:3000] for key, text in asked.items()}
                answer = client.get(dice.choice(reads), asked)
                outcomes.note(answer, seed)
                outcomes.check(seed)
            transaction.set_rollback(True)


def test_citizens_who_send_anything(wendeng: Town) -> None:
    client = Client()
    outcomes = Outcomes()
    for seed in share(0.08):
        dice = random.Random(f"{SEED} citizen {seed}")
        path = dice.choice((f"/p/{wendeng.code}/submit/", f"/p/{wendeng.code}/follow/", f"/p/{wendeng.code}/case/"))
        form = things.typed({**REQUEST, "number": "WX1", "code": "123456", "step": "1"}, dice)
        with transaction.atomic():
            answer = client.post(path, form) if dice.random() < 0.8 else client.get(path, form)
            outcomes.note(answer, seed)
            outcomes.check(seed)
            transaction.set_rollback(True)


def test_tables_of_letters_that_are_none(wendeng: Town, tmp_path: Path) -> None:
    outcomes = Outcomes()
    words = ["--jurisdiction", wendeng.code, "--channel", wendeng.channel, "--dry-run"]
    for seed in share(0.07):
        dice = random.Random(f"{SEED} table {seed}")
        name, content = things.table(dice)
        path = tmp_path / name
        path.write_bytes(content)
        result = CliRunner().invoke(import_command, [str(path), *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), (seed, result.exc_info)
        assert result.output.strip(), seed
        outcomes.check(seed)
