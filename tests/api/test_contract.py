"""Schemathesis walks the API along its own description, signed by this and that person; everything answered is checked.

BIHUAN_SCHEMATHESIS=20000 makes so many calls; without it the suite makes some hundreds. BIHUAN_SEED chooses others.
"""

import io
import json
import os
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from PIL import Image
from pytest_django import Settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from werkzeug.test import Client

from bihuan.accountability.types import ClueStage
from bihuan.attachments import commands as attachments
from bihuan.cases.types import Stage
from bihuan.instructions.types import InstructionStage
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from bihuan.matters.types import Stage as MatterStage
from bihuan.organisations.queries import by_account
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision.types import ColouredStage, OrderStage, ReminderStage, UrgeStage
from tests import walks
from tests.accountability import walks as accountability
from tests.api.clients import BASE, Api
from tests.bulletins import walks as bulletins
from tests.determination import walks as determination
from tests.instructions import walks as instructions
from tests.joint import walks as joint
from tests.matters import walks as matters
from tests.meetings import walks as meetings
from tests.rhythm import walks as rhythm
from tests.supervision import walks as supervision
from tests.towns import Town, found, settle
from tests.walls.roles import as_the_site

MANY = int(os.environ.get("BIHUAN_SCHEMATHESIS", "300"))
SEED = os.environ.get("BIHUAN_SEED", "12345")
STEPS = 40
PEOPLE = (
    "unit.handler", "unit.deputy", "unit.head", "other.handler", "desk.registrar", "desk.dispatcher", "desk.reviewer",
    "desk.caller", "desk.administrator", "office.list_keeper", "office.list_director", "supervision.supervisor",
    "township.handler", "township.deputy", "township.head", "third.handler", "offices.supervisor", "leaders.leader",
    "staffing.handler", "staffing.deputy", "justice.handler", "discipline.handler",
)  # fmt: skip
NOBODY, IMPOSTOR, READS = "", "impostor", " 只读"
BOOKS: Mapping[str, tuple[Mapping[str, str], Callable[[str, Town, datetime], dict[str, Any]]]] = {
    "case": (walks.DOERS, walks.filled),
    "matter": (matters.DOERS, matters.filled),
    **{
        str(kind): (
            {act: doer.replace("lead.", f"{lead}.") for act, doer in joint.DOERS.items()},
            lambda act, town, now: joint.filled(act, town),
        )
        for kind, lead in ((joint.LINKAGE, "unit"), (joint.WHISTLE, "township"))
    },
    "determination": (determination.DOERS, lambda act, town, now: determination.filled(act, town)),
    "referral": (determination.REFERRAL_DOERS, lambda act, town, now: determination.filled_of_referral(act, now)),
    "instructing": (instructions.DOERS, instructions.filled),
    "rhythm": (rhythm.DOERS, rhythm.filled),
    "meeting": (meetings.DOERS, meetings.filled),
    "bulletin": (bulletins.DOERS, lambda act, town, now: dict(bulletins.FORMS.get(act, {}))),
    "clue": (accountability.DOERS, accountability.filled),
    "urging": (supervision.DOERS, lambda act, town, now: supervision.filled(act)),
    "coloured": (supervision.COLOURED_DOERS, supervision.filled_of_coloured),
    "ordering": (supervision.ORDER_DOERS, supervision.filled_of_order),
    "reminder": (supervision.REMINDER_DOERS, supervision.filled_of_reminder),
}
"""Kind → who does an act, and how its form is filled in right."""
PARTS = """
SELECT 'case', c.number, c.stage, c.jurisdiction, c.parent_id, array_agg(p.unit) FILTER (WHERE p.until IS NULL)
  FROM cases_case c LEFT JOIN cases_participation p ON p.case_id = c.id GROUP BY c.id
UNION ALL
SELECT 'matter', m.number, m.stage, m.jurisdiction, m.case_id, array_agg(p.unit) FILTER (WHERE p.until IS NULL)
  FROM matters_matter m LEFT JOIN matters_participation p ON p.matter_id = m.id GROUP BY m.id
UNION ALL
SELECT u.kind, u.number, u.stage, u.jurisdiction, u.case_id, array_agg(p.unit) FILTER (WHERE p.until IS NULL)
  FROM joint_undertaking u LEFT JOIN joint_participation p ON p.undertaking_id = u.id GROUP BY u.id
UNION ALL
SELECT 'determination', d.number, d.stage, d.jurisdiction, d.case_id, array_agg(p.unit) FILTER (WHERE p.until IS NULL)
  FROM determination_determination d LEFT JOIN determination_participation p ON p.determination_id = d.id GROUP BY d.id
UNION ALL
SELECT 'referral', r.number, r.stage, r.jurisdiction, r.case_id, array_agg(p.unit) FILTER (WHERE p.until IS NULL)
  FROM determination_referral r LEFT JOIN determination_referralparticipation p ON p.referral_id = r.id GROUP BY r.id
UNION ALL
SELECT 'instructing', i.number, i.stage, i.jurisdiction, i.of_case, array_agg(p.unit) FILTER (WHERE p.until IS NULL)
  FROM instructions_leaderinstruction i LEFT JOIN instructions_participation p ON p.instruction_id = i.id GROUP BY i.id
UNION ALL
SELECT 'rhythm', r.number, r.stage, r.jurisdiction, NULL, array_agg(p.unit) FILTER (WHERE p.until IS NULL)
  FROM rhythm_rhythm r LEFT JOIN rhythm_participation p ON p.rhythm_id = r.id GROUP BY r.id
UNION ALL
SELECT 'meeting', m.number, m.stage, m.jurisdiction, NULL, array_agg(p.unit) FILTER (WHERE p.until IS NULL)
  FROM meetings_meeting m LEFT JOIN meetings_participation p ON p.meeting_id = m.id GROUP BY m.id
UNION ALL
SELECT 'bulletin', b.number, b.stage, b.jurisdiction, NULL, array_agg(p.unit) FILTER (WHERE p.until IS NULL)
  FROM bulletins_bulletin b LEFT JOIN bulletins_participation p ON p.bulletin_id = b.id GROUP BY b.id
UNION ALL
SELECT 'clue', c.number, c.stage, c.jurisdiction, c.of_case,
  array_agg(p.unit || coalesce(':' || post, '')) FILTER (WHERE p.until IS NULL)
  FROM accountability_clue c LEFT JOIN accountability_participation p ON p.clue_id = c.id
  LEFT JOIN LATERAL unnest(p.posts) AS post ON true GROUP BY c.id
UNION ALL
SELECT d.kind, d.number, d.stage, d.jurisdiction, d.of_case, array_agg(p.unit) FILTER (WHERE p.until IS NULL)
  FROM supervision_directive d LEFT JOIN supervision_participation p ON p.directive_id = d.id GROUP BY d.id
"""
OWED = "SELECT split_part(subject, ':', 2) FROM duties_duty WHERE holder = ANY(%s)"
"""What a unit owes or once owed is its own, and names its subject."""
OF_A_SUBJECT = {
    "get_attachment": "SELECT jurisdiction, subject_number, NULL, CASE WHEN subject_number IS NULL THEN uploaded_by END"
    " FROM attachments_attachment WHERE id = %s",
    "explain_duty": "SELECT jurisdiction, subject, holder, NULL FROM duties_duty WHERE id = %s",
    "get_document": "SELECT jurisdiction, subject_number, NULL, NULL FROM documents_document WHERE id = %s",
}
"""Endpoint → where its row belongs to: jurisdiction, subject, unit, person."""


@dataclass(frozen=True)
class Row:
    """A case or matter: where it stands, and the units that take part in it, or posts in units (`unit:post`)."""

    kind: str
    number: str
    stage: str
    jurisdiction: str
    origin: str | None
    """The case that this one was merged into or came from; each tells the other's number."""
    units: frozenset[str]

    def shown_to(self, actor: Actor | None) -> bool:
        """The rule, said once more: one of the actor's units takes part, or a post of theirs in one."""
        if actor is None or actor.jurisdiction != self.jurisdiction:
            return False
        return not self.units.isdisjoint({*actor.units, *(f"{seat.unit}:{seat.post}" for seat in actor.seats)})


Rows = dict[str, Row]
"""By their numbers."""


@dataclass
class World:
    """Two towns with a subject at every stage, and everybody's tokens."""

    towns: dict[str, Town] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def read(self, sql: str, *said: object) -> list[Any]:
        """Read off the tables, past every rule and policy of ours."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            (role,) = cursor.fetchone()
            cursor.execute("RESET ROLE")
            cursor.execute(sql, said)
            found = cursor.fetchall()
            cursor.execute(f'SET ROLE "{role}"')
        return found

    def rows(self) -> Rows:
        """Everything that is there."""
        found = (Row(*told, frozenset(units or ())) for *told, units in self.read(PARTS))
        return {row.number: row for row in found}


@pytest.fixture
def world(db: None, tmp_path: Path, settings: Settings) -> World:
    """A case at every stage in both towns, a matter at every stage in the one that lists them, and pictures."""
    settings.MEDIA_ROOT = tmp_path / "files"
    begun, made = datetime.now(UTC) - timedelta(days=100), World()
    for code, rulebook, prefix in (("wd", "wendeng-2021-10", "WX"), ("hn", "huainan-2021-55", "HX")):
        town = found(code, rulebook, prefix=prefix, now=begun)
        made.towns[code] = town = determination.with_determiners(town, begun) if town.township else town
        if not town.township:
            settle(code, town.desk, "desk.administrator", "administrator", begun)
        for stage in Stage:
            with suppress(Refused):  # a stage that the town's regulation does not have
                walks.walk_to(stage, town, begun)
        for stage in MatterStage if town.office else ():
            matters.walk_to(stage, town, begun)
        if town.office:
            meetings.MeetingWalk(town, begun).along("call", *meetings.TO_SIGNED)
            rhythm.RhythmWalk(town, begun).begin().do("log_briefing")
        for kind, stage in product((joint.LINKAGE, joint.WHISTLE) if town.township else (), joint.WAYS):
            joint.walk_to(kind, stage, town, begun)
        for stage in determination.WAYS if town.township else ():
            determination.walk_to(stage, town, begun)
        for stage in determination.REFERRAL_WAYS if town.township else ():
            determination.referral_at(stage, town, begun)
        if town.township:
            town = supervision.with_supervisors(town, begun)
            for instruction in InstructionStage:
                instructions.instruction_at(instruction, town, begun)
            town = accountability.with_accountable(town, begun)
            for clue in ClueStage:
                accountability.clue_at(clue, town, begun)
            for urge in UrgeStage:
                supervision.walk_to(urge, town, begun)
            for reminder in ReminderStage:
                supervision.reminder_at(reminder, town, begun)
            for coloured in ColouredStage:
                supervision.coloured_at(coloured, town, begun)
            for order in OrderStage:
                supervision.order_at(order, town, begun)
        for short in PEOPLE:
            if town.actor(short, begun).seats:
                made.tokens[f"{code}.{short}"] = Api(f"{code}.{short}").token
        made.tokens[f"{code}.desk.dispatcher{READS}"] = Api(
            f"{code}.desk.dispatcher", scopes=("read",), label="只读"
        ).token
        _picture(town, begun)
    return made


def _picture(town: Town, now: datetime) -> None:
    """One that nobody bound to anything, and one with a case of the registrar's."""
    page = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(page, "PNG")
    registrar = town.actor("desk.registrar", now)
    for bound in (False, True):
        kept = attachments.store(
            jurisdiction=town.code, name="照片.png", data=page.getvalue(), actor=registrar, now=now
        )
        if bound:
            walks.Walk(town, now).do("register", attachments=[kept.id])


class Counted:
    """The site as a server calls it; it counts every request."""

    def __init__(self) -> None:
        self.site = WSGIHandler()
        self.calls = 0

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """One request; it does not give the connection back, for that is the test's own."""
        self.calls += 1
        environ.setdefault("REMOTE_ADDR", "127.0.0.1")
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        answer = self.site(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()


class Walker:
    """Chooses who signs which call, makes some of them right, and judges what was read."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dice = random.Random(SEED)
        self.account = NOBODY
        self.before: Rows = {}
        self.after: Rows = {}
        self.answered: Counter[tuple[str, int]] = Counter()
        self.wrong: dict[str, str] = {}
        """What was not as it should be, the first of its kind."""

    def prepare(self, case: Case) -> None:
        """Aim at a row that is there, with a form by the book, more often than not; then choose who signs."""
        self.before = self.after or self.world.rows()
        kind, _, act = _name(case).partition("_")
        doers, filled = BOOKS.get(kind, ({}, lambda *_: {}))
        by_the_book = act in doers and case.meta is not None and case.meta.generation.mode.is_positive
        if "number" in case.path_parameters and self.dice.random() < 0.7:
            case.path_parameters["number"] = self._number(_kind(case), act)
        number = str(case.path_parameters.get("number", self.dice.choice("WH")))
        town = self.world.towns["hn" if number.startswith("H") else "wd"]
        if by_the_book and self.dice.random() < 0.7:
            generated = dict(case.body) if isinstance(case.body, dict) else {}
            kept = self.dice.sample(sorted(generated), k=min(len(generated), self.dice.choice((0, 0, 1))))
            case.body = filled(act, town, datetime.now(UTC)) | {name: generated[name] for name in kept}
            case.headers.pop("If-Match", None)
        self.account = self._signer(town, doers.get(act))

    def _number(self, kind: str, act: str) -> str:
        """Of a row at a stage that has the act, if there is one; now and then of any row."""
        rows = [row for row in self.before.values() if row.kind == kind]
        fitting = [row for row in rows if REGISTRY[kind].table.row(row.stage, act)]
        return self.dice.choice(fitting if fitting and self.dice.random() < 0.8 else rows).number

    def _signer(self, town: Town, doer: str | None) -> str:
        chance = self.dice.random()
        if chance < 0.05:
            return self.dice.choice((NOBODY, IMPOSTOR))
        if doer and chance < 0.7 and f"{town.code}.{doer}" in self.world.tokens:
            return f"{town.code}.{doer}"
        return self.dice.choice(sorted(self.world.tokens))

    def headers(self) -> dict[str, str]:
        """The token of whoever signs this call."""
        token = self.world.tokens.get(self.account, "bh_made-up")
        return {"Authorization": f"Bearer {token}"} if self.account != NOBODY else {}

    def actor(self) -> Actor | None:
        """Who signs this call."""
        standing = by_account(self.account.removesuffix(READS), at=datetime.now(UTC))
        return standing.actor if standing else None

    def judge(self, case: Case, response: Response) -> None:
        """No row that the signer does not see, and nothing at all for nobody."""
        name = _name(case)
        self.answered[name, response.status_code] += 1
        said = f"{self.account or 'nobody'} {case.method} {case.formatted_path}: {response.status_code}"
        with self.noting(name):
            self._judge(case, response, name, said)

    @contextmanager
    def noting(self, name: str) -> Iterator[None]:
        """Hypothesis need not hear of it: rows differ from call to call, and it could not do the same again."""
        try:
            yield
        except AssertionError as error:
            self.wrong.setdefault(f"{name}: {str(error)[:60]}", str(error))
        except BaseExceptionGroup as group:
            for error in group.exceptions:
                self.wrong.setdefault(f"{name}: {type(error).__name__}", f"{self.account} {error}")

    def _judge(self, case: Case, response: Response, name: str, said: str) -> None:
        if self.account not in self.world.tokens:
            assert response.status_code == 401, said
        if self.account.endswith(READS):
            assert response.status_code != 200 or case.method == "GET", said
        actor, before = self.actor(), self.before
        after = self.after = self.world.rows() if case.method == "POST" and response.status_code < 500 else before
        sent = unquote(response.request.url or "") + _text(response.request.body)
        text = response.content.decode("utf-8", "replace")
        shown = {row.number for row in (*after.values(), *before.values()) if row.shown_to(actor)}
        named = {row.origin for row in after.values() if row.number in shown}
        named |= {row.number for row in after.values() if row.origin in shown}
        if name == "list_duties" and actor:
            named |= {number for (number,) in self.world.read(OWED, sorted(actor.units))}
        for number in after.keys() - shown:
            assert number not in text or number in sent or number in named, f"{said} tells of {number}"
            assert response.status_code >= 300 or number not in case.formatted_path, f"{said} shows {number}"
        if response.status_code == 200 and name in OF_A_SUBJECT:
            self._judge_part(actor, OF_A_SUBJECT[name], int(case.path_parameters["id"]), after, said)

    def _judge_part(self, actor: Actor | None, sql: str, id: int, rows: Rows, said: str) -> None:
        """What has a number of its own and belongs to a subject, to a unit or to a person."""
        assert actor is not None, said
        ((town, subject, unit, person),) = self.world.read(sql, id)
        assert town == actor.jurisdiction, said
        number = (subject or "").partition(":")[2] or subject
        assert unit in actor.units or person == actor.account or rows[number].shown_to(actor), said

    def read_to_the_end(self, site: Counted) -> None:
        """Whatever became of the rows: somebody's lists hold exactly what they see."""
        self.account = self.dice.choice(sorted(self.world.tokens))
        actor, rows, client = self.actor(), self.world.rows(), Client(site)
        for known in REGISTRY:
            told: list[str] = []
            cursor: str | None = ""
            while cursor is not None:
                asked = {"limit": "200", "cursor": cursor}
                page = client.get(f"{BASE}/{known.folder}", query_string=asked, headers=self.headers()).get_json()
                told += [row["number"] for row in page["items"]]
                cursor = page["next"]
            seen = [row.number for row in rows.values() if row.kind == known.word and row.shown_to(actor)]
            with self.noting(known.word):
                assert sorted(told) == sorted(seen), f"{self.account} reads other {known.word}s than are theirs"


def _kind(case: Case) -> str:
    """Of what the path tells."""
    return next(known.word for known in REGISTRY if case.path.startswith(f"{BASE}/{known.folder}/"))


def _name(case: Case) -> str:
    return str(case.operation.definition.raw["operationId"])


def _text(body: object) -> str:
    raw = body if isinstance(body, bytes) else str(body or "").encode("utf-8", "replace")
    try:  # JSON is sent with its letters written as numbers
        return json.dumps(json.loads(raw), ensure_ascii=False)
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace")


def described(site: Counted) -> Any:
    """The description as the site tells it, and the checks that every answer is put to."""
    config = SchemathesisConfig.from_dict(
        {
            "generation": {"with-security-parameters": False},  # who signs is chosen by the walker
            "checks": {
                # calls that follow each other are signed by different people: `Walker` says who may what
                "ignored_auth": {"enabled": False},
                "ensure_resource_availability": {"enabled": False},
                # what is filled in by its form may still be refused by the regulation, but can never be unreadable
                "positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 412, 422]},
                "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 412, 413, 415, 422]},
            },
        }
    )
    return schemathesis.openapi.from_wsgi("/api/openapi.json", site, config=config)


def test_along_its_description_the_api_never_fails_and_shows_nobody_what_is_others(world: World) -> None:
    assert BOOKS.keys() == {kind.word for kind in REGISTRY}, (
        "say how the forms of each kind are filled in, and who takes part"
    )
    site, walker = Counted(), Walker(world)

    class Calls(described(site).as_state_machine()):  # type: ignore[misc]
        """Calls that follow from each other; what they wrote is forgotten at the end of each walk."""

        def setup(self) -> None:
            self.saved = transaction.savepoint()
            walker.after = {}

        def teardown(self) -> None:
            try:
                walker.read_to_the_end(site)
            finally:
                transaction.savepoint_rollback(self.saved)

        def before_call(self, case: Case) -> None:
            walker.prepare(case)

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"headers": walker.headers()}

        def after_call(self, response: Response, case: Case) -> None:
            super().after_call(response, case)
            walker.judge(case, response)

        def validate_response(self, response: Response, case: Case, *said: Any, **more: Any) -> None:
            with walker.noting(case.operation.label):
                super().validate_response(response, case, *said, **more)

    asked = settings(
        max_examples=max(2, MANY // STEPS // 4),
        stateful_step_count=STEPS,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    with as_the_site():
        while site.calls < MANY:
            with suppress(Flaky):  # what is drawn next depends on what was answered
                Calls.run(settings=asked)
    statuses = Counter[int]()
    for (_, status), count in walker.answered.items():
        statuses[status] += count
    print(f"{site.calls} calls, {len({name for name, _ in walker.answered})} endpoints, {dict(statuses)}")
    assert not walker.wrong, "\n\n".join(walker.wrong.values())
    assert {200, 401, 404, 422} <= set(statuses)
