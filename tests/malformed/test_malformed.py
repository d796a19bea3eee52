"""Malformed uploads, forms and imports: a clear error each, never a 500, and the database as it was.

BIHUAN_MALFORMED=10000 sends so many; without it the suite sends some hundreds. BIHUAN_SEED chooses others.
"""

import os
import random
import re
from collections import Counter
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings as config
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from bihuan.cases.stages import OPEN
from bihuan.cases.types import Act, Stage
from bihuan.cli.import_ import command as import_command
from bihuan.kernel.refusal import Refused
from bihuan.matters.types import Stage as MatterStage
from tests.api.clients import BASE, Api
from tests.determination import walks as determination
from tests.joint import walks as joint
from tests.malformed import things
from tests.matters import walks as matters
from tests.public.citizens import REACHABLE, Citizen, open_site
from tests.towns import Town, found, settle
from tests.walks import Walk, filled, walk_to
from tests.web.officials import Form, Official, Page

MANY = int(os.environ.get("BIHUAN_MALFORMED", "300"))
SEED = int(os.environ.get("BIHUAN_SEED", "12345"))
KEEPERS = ("django_session", "requesters_look", "access_", "axes_", "record_onceness", "floodgate_", "procrastinate_")
"""Tables that tell who came and looked: the log may grow."""
State = dict[str, str]
"""Table → digest of all its rows; folder of files → how many there are."""


def share(part: float) -> range:
    return range(max(1, int(MANY * part)))


def state() -> State:
    """Everything that is kept, to the last letter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(KEEPERS)]
        one = "SELECT '{0}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {0} t"
        cursor.execute(" UNION ALL ".join(one.format(name) for name in tables))
        kept = dict(cursor.fetchall())
    shelf = Path(config.MEDIA_ROOT)
    return kept | {"files": str(sum(path.is_file() for path in shelf.rglob("*")))}


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
        self.before = state()

    def note(self, answer: Any, seed: object) -> str:
        """A clear answer; what it says."""
        status = answer.status_code
        self.seen[status] += 1
        text = (b"".join(answer) if answer.streaming else answer.content).decode("utf-8", "replace")
        assert status < 500, (seed, status, text[:600])
        if status >= 400 and status != 405:
            assert re.search(r"[\u4e00-\u9fff]{4}", text), (seed, status, text[:600])
        if answer.headers.get("Content-Type", "").startswith("application/problem+json"):
            assert answer.json()["detail"], seed
        return text

    def check(self, seed: object) -> None:
        """Nothing is other than it was; what was typed into a form that was refused is kept for whoever typed it."""
        after = state()
        changed = [name for name in after if after[name] != self.before.get(name) and name != "drafts_draft"]
        assert not changed, (seed, changed)

    def mostly_refused(self) -> None:
        taken = sum(count for status, count in self.seen.items() if status < 300)
        assert taken < 0.5 * self.seen.total(), self.seen

    def report(self, what: str) -> None:
        print(f"{self.seen.total()} {what}: {dict(sorted(self.seen.items()))}")


def test_bodies_that_the_api_cannot_take(registrar: Api, wendeng: Town) -> None:
    now = datetime.now(UTC)
    walk = Walk(wendeng).along(Act.REGISTER)
    forms = {act: filled(act, wendeng, now) for act in Act if act != Act.ARCHIVE}
    outcomes = Outcomes()
    for seed in share(0.2):
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
    outcomes.report("bodies of acts")


def test_files_that_are_not_what_they_say(registrar: Api, shelf: Path) -> None:
    outcomes = Outcomes()
    for seed in share(0.2):
        dice = random.Random(f"{SEED} file {seed}")
        name, content = things.file(dice)
        with transaction.atomic():
            sent = {"file": _upload(name, content)}
            answer = registrar.client.post(f"{BASE}/attachments", sent, headers=registrar.headers({}))
            outcomes.note(answer, seed)
            if answer.status_code >= 300:
                outcomes.check(seed)
            else:
                assert "/" not in answer.json()["name"]
            transaction.set_rollback(True)
    outcomes.mostly_refused()
    outcomes.report("files")


@dataclass(frozen=True)
class Shown:
    """A form on a page, and who was shown it."""

    who: Official
    page: str
    form: Form


@dataclass
class Site:
    """All pages that the officials of a town find by following links, and the forms on them, one of each shape."""

    pages: dict[str, Official] = field(default_factory=dict)
    forms: dict[str, Shown] = field(default_factory=dict)

    def explore(self, who: Official, first: list[str]) -> None:
        """Read on from some pages, as far as links lead."""
        ahead, been = list(first), set[str]()
        while ahead:
            url = ahead.pop(0)
            shape = _shape(url)
            if url in been or (shape in been and url not in first):
                continue
            been |= {url, shape}
            answer = who.client.get(url)
            if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
                b"".join(answer)  # a file is closed when it is read
                continue
            page = Page(answer)
            self.pages.setdefault(shape, who)
            for form in page.forms:
                aim = form.action.partition("#")[0] or url.partition("?")[0]
                self.forms.setdefault(f"{_shape(aim)} {sorted(form.controls)}", Shown(who, aim, form))
            ahead += [link.partition("#")[0] for link in page.links if re.match(r"/(?!/|static/)", link)]


def _shape(url: str) -> str:
    """A page without what tells one row from another."""
    return re.sub(r"(?<=/)(?:[A-Z]+\d+[A-Z\d]*|\d+|[a-z]+\.[a-z.]+)(?=/)", "N", url.partition("?")[0])


def _held(form: Form) -> dict[str, Any]:
    """What the form holds before anybody typed."""
    return {name: held[0] if held else "" for name, held in form.values.items()}


def _explored(town: Town, people: tuple[str, ...], first: list[str]) -> Site:
    """Few things to send are sent to fewer pages: everybody reads another part of the subjects."""
    site, parts = Site(), 1 if MANY > 1000 else 4
    for place, short in enumerate(people):
        site.explore(Official(f"{town.code}.{short}"), ["/", "/cases/new/", *first[place % parts :: parts]])
    return site


def _on_every_desk(town: Town) -> list[str]:
    """The pages of a case at every stage where somebody may act."""
    stages = [stage for stage in Stage if stage in OPEN]
    pages = []
    for stage in stages:
        with suppress(Refused):
            pages.append(f"/cases/{walk_to(stage, town, datetime.now(UTC) - timedelta(hours=8)).number}/")
    return pages


WORKERS = ("desk.registrar", "desk.dispatcher", "desk.reviewer", "desk.caller", "unit.handler", "unit.deputy")
JOINED = ("township.handler", "other.handler", "leaders.leader")
KEEPERS_OF_THE_LIST = ("office.list_keeper", "office.list_director", "unit.handler", "unit.head", "desk.registrar")
NOT_A_MISTAKE = {"", "/sign-out/"}
"""What needs no filling in: whatever is sent besides, it is done."""


@pytest.mark.parametrize("regulation", ["wendeng-2021-10", "huainan-2021-55"])
def test_forms_that_no_browser_would_send(db: None, regulation: str) -> None:
    town = found(regulation[:2], regulation, prefix="WX", now=datetime.now(UTC) - timedelta(days=1))
    settle(town.code, town.desk, "chief", "administrator")
    pages = _on_every_desk(town)
    if town.township:
        town = joint.with_bodies(town, datetime.now(UTC) - timedelta(days=1))
        for kind, stage in product((joint.LINKAGE, joint.WHISTLE), joint.WAYS):
            walk = joint.walk_to(kind, stage, town, datetime.now(UTC) - timedelta(hours=8))
            pages += [f"/{kind}s/{walk.number}/", f"/cases/{walk.case.number}/"]
        town = determination.with_determiners(town, datetime.now(UTC) - timedelta(days=1))
        for stage in determination.WAYS:
            found_at = determination.walk_to(stage, town, datetime.now(UTC) - timedelta(hours=8))
            pages.append(f"/determinations/{found_at.number}/")
        refused = determination.ReferralWalk(town, Walk(town, datetime.now(UTC) - timedelta(hours=8))).begin()
        pages.append(f"/referrals/{refused.number}/")
    if town.office:
        ago = datetime.now(UTC) - timedelta(days=40)
        pages += [f"/matters/{matters.walk_to(stage, town, ago).number}/" for stage in MatterStage]
    people = (*KEEPERS_OF_THE_LIST, "chief") if town.office else (*WORKERS, *JOINED, "chief")
    site = _explored(town, people, pages)
    assert len(site.forms) > 30, sorted(site.forms)
    outcomes = Outcomes()
    for turn in share(0.2):
        dice = random.Random(f"{SEED} form {regulation} {turn}")
        name, shown = dice.choice(sorted(site.forms.items(), key=lambda found: found[0]))
        seed = (turn, name, shown.who.account)
        client, cookies = shown.who.client, copy(shown.who.client.cookies)
        with transaction.atomic():
            said = things.typed(_held(shown.form), dice)
            if dice.random() < 0.2:
                asked = {key: text[:3000] for key, text in said.items()}
                answer = client.get(
                    dice.choice(sorted(site.pages)).replace("/N/", f"/{dice.choice(pages)[7:-1]}/"), asked
                )
            else:
                controls = shown.form.controls - said.keys()
                said |= {key: things.encodable(str(things.value(dice))) for key in controls if dice.random() < 0.5}
                if "attachments" in shown.form.controls and dice.random() < 0.5:
                    said |= {"attachments": _upload(*things.file(dice))}
                answer = client.post(shown.page, said)
            outcomes.note(answer, seed)
            if answer.status_code >= 400 or answer.wsgi_request.method == "GET":
                outcomes.check(seed)
            transaction.set_rollback(True)
        shown.who.client.cookies = cookies
    outcomes.report(f"forms of {len(site.forms)} kinds on {len(site.pages)} pages under {regulation}")


def _upload(name: str, content: bytes) -> SimpleUploadedFile:
    """A file with the name that it is said to have, as a client sends it that heeds no rule."""
    sent = SimpleUploadedFile("x", content)
    sent._name = name  # type: ignore[attr-defined]
    return sent


def test_citizens_who_send_anything(wendeng: Town) -> None:
    citizen = Citizen(open_site(wendeng))
    citizen.submit()
    citizen.follow()
    case = citizen.read("case/")
    outcomes = Outcomes()
    for seed in share(0.1):
        dice = random.Random(f"{SEED} citizen {seed}")
        address = f"203.0.113.{dice.randrange(250)}"
        client = Client(REMOTE_ADDR=address)
        client.cookies = copy(citizen.client.cookies)
        forms: list[tuple[str, dict[str, Any]]] = [
            (f"{citizen.url}submit/", citizen.fill_in(REACHABLE)),
            (f"{citizen.url}follow/", {"number": citizen.number, "code": citizen.code}),
            *(
                (form.action, {name: held[0] if held else "" for name, held in form.values.items()})
                for form in case.forms
            ),
        ]
        path, form = dice.choice(forms)
        with transaction.atomic():
            said = things.typed(form, dice)
            if dice.random() < 0.2:
                said |= {"photos": _upload(*things.file(dice))}
            answer = client.post(path or f"{citizen.url}case/", said) if dice.random() < 0.9 else client.get(path, said)
            outcomes.note(answer, seed)
            if answer.status_code >= 400:
                outcomes.check(seed)
            transaction.set_rollback(True)
    outcomes.report("forms of citizens")


def test_tables_of_letters_that_are_none(wendeng: Town, tmp_path: Path) -> None:
    outcomes = Outcomes()
    words = ["--jurisdiction", wendeng.code, "--channel", wendeng.channel]
    refused = 0
    for seed in share(0.1):
        dice = random.Random(f"{SEED} table {seed}")
        name, content = things.table(dice)
        path = tmp_path / name
        path.write_bytes(content)
        dry = dice.random() < 0.8
        with transaction.atomic():
            more = ["--dry-run"] if dry else ["--accept-guess", "--rejects", str(tmp_path / f"退回-{seed}.xlsx")]
            result = CliRunner().invoke(import_command, [str(path), *words, *more])
            assert result.exception is None or isinstance(result.exception, SystemExit), (seed, result.exc_info)
            assert re.search(r"[\u4e00-\u9fff]{4}", result.output), (seed, result.output)
            refused += result.exit_code != 0
            if dry or result.exit_code:
                outcomes.check(seed)
            transaction.set_rollback(True)
    print(f"{len(share(0.1))} tables, {refused} of them refused whole")
