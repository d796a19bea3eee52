"""Every way of reading × everybody: what is shown is what `duties.sight` says, with the policies and without them.

The ways are read off the addresses of the site and the endpoints of the API; one with a part that this test does not
know fails until it is taught what to put there. Who may see what is told by another way: the units that take part.
"""

import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from PIL import Image
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from bihuan.api.routes import ROUTER
from bihuan.assessment import commands as figures
from bihuan.attachments import commands as attachments
from bihuan.cases import queries as cases
from bihuan.cases.commands import let_join
from bihuan.cases.types import Act, Part
from bihuan.determination import queries as determination
from bihuan.documents import commands as documents
from bihuan.documents.queries import of as papers_of
from bihuan.documents.types import DocumentRow
from bihuan.duties.models import Duty
from bihuan.kernel.actor import Actor, Seat
from bihuan.ledgers import commands as exports
from bihuan.ledgers import queries as ledgers
from bihuan.ledgers.types import Asked, Reason, State, Which
from bihuan.matters import queries as matters
from bihuan.matters.types import Stage
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy.loader import pack
from tests.api.clients import BASE, Api
from tests.matters.walks import walk_to
from tests.towns import DESK_POSTS, OFFICE_POSTS, START, SUPERVISION_POSTS, UNIT_POSTS, Town, found, settle
from tests.walks import Walk
from tests.walls.roles import as_a_job, as_the_site
from tests.web.officials import Official

A = Act
FOUND, MISSING = 200, 404
ANSWERED = frozenset({200, 204, 302, 401, 403, 404, 405, 409, 422})


@dataclass(frozen=True)
class Row:
    """A case or matter with words that stand nowhere else, and what belongs to it."""

    kind: str
    number: str
    jurisdiction: str
    units: frozenset[str]
    words: tuple[str, ...]
    ids: Mapping[str, tuple[int, ...]]
    """First word of an address → the ids of this row that can stand behind it."""
    seats: frozenset[Seat] = frozenset()
    """Who takes part by a post, where the unit does not."""

    def shown_to(self, actor: Actor | None) -> bool:
        """Whether one of the actor's units takes part, or one of the posts."""
        if actor is None or actor.jurisdiction != self.jurisdiction:
            return False
        return bool(actor.units & self.units or actor.seats & self.seats)


@dataclass
class World:
    """Two towns with rows of their own, and everybody in them."""

    towns: list[Town]
    rows: list[Row] = field(default_factory=list)
    people: dict[str, Actor] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)
    systems: dict[str, Api] = field(default_factory=dict)

    def of(self, kind: str) -> list[Row]:
        """The rows of a kind."""
        return [row for row in self.rows if row.kind == kind]


@pytest.fixture
def world(db: None, tmp_path: Path, settings: Settings) -> World:
    """Cases at the desk, with the unit, with the other unit and closed; a matter; in two towns."""
    settings.MEDIA_ROOT = tmp_path / "files"
    hn, wd = found("hn", "huainan-2021-55", prefix="HX"), found("wd", "wendeng-2021-10", prefix="WX")
    made = World([hn, wd])
    for town in made.towns:
        _case(made, town, "甲", A.REGISTER)
        _case(made, town, "乙", A.REGISTER, A.DISPATCH, A.SIGN_IN, A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK)
        _case(made, town, "丙", A.REGISTER, lead=town.other)
    _matter(made, hn, "丁")
    _dispute(made, wd, "戊")
    _observed(made, wd, "己", "deputy")
    for town in made.towns:
        figures.recount(town.code)
    settle("wd", wd.desk, "desk.administrator", "administrator")
    posts = {"desk": (*DESK_POSTS, "administrator"), "unit": UNIT_POSTS, "other": UNIT_POSTS, "office": OFFICE_POSTS}
    for town, (short, of_unit) in product(made.towns, {**posts, "supervision": SUPERVISION_POSTS}.items()):
        for post in ("head", "deputy") if short == "other" else of_unit:
            account = f"{town.code}.{short}.{post}"
            if known := organisations.by_account(account, at=START):
                made.people[account] = known.actor
                made.browsers[account], made.systems[account] = Official(account).client, Api(account)
    assert not any(row.shown_to(made.people["wd.desk.administrator"]) for row in made.rows)
    return made


def _case(world: World, town: Town, sign: str, *acts: str, lead: str = "") -> None:
    words = (f"密语{sign}{town.code}题", f"密语{sign}{town.code}文")
    walk = Walk(town)
    file = attachments.store(
        jurisdiction=town.code,
        name=f"密语{sign}{town.code}件.png",
        data=_picture(),
        actor=walk.actor("desk.registrar"),
        now=START,
    )
    said = {"title": words[0], "content": f"{words[1]}。路灯不亮，请尽快修复。", "attachments": [file.id]}
    walk.do(acts[0], **said)
    for act in acts[1:]:
        walk.do(act)
    if lead:
        walk.do(A.DISPATCH, lead=lead)
    papers = _papers(walk) if walk.facts.lead else []
    files = [file.id, *(id for row in papers for id in (row.pdf, row.word) if id)]
    told = (*words, *(row.serial for row in papers), file.name)
    world.rows.append(_row("case", walk.number, town, walk.facts.parts, told, files, papers))


def _papers(walk: Walk) -> list[DocumentRow]:
    """The sheet with which the case was given out, and its files."""
    actor = walk.actor("desk.dispatcher")
    said = {"subject_kind": "case", "code": "D02", "facts": walk.facts, "actor": actor, "now": walk.now}
    documents.make(documents.issue(**said).id, clock=lambda _: walk.now)
    return papers_of("case", walk.number)


def _picture() -> bytes:
    page = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(page, "PNG")
    return page.getvalue()


def _matter(world: World, town: Town, sign: str) -> None:
    walk = walk_to(Stage.REVIEW, town)
    facts = matters.facts(walk.number)
    world.rows.append(_row("matter", walk.number, town, facts.parts, (), []))


def _dispute(world: World, town: Town, sign: str) -> None:
    words = (f"密语{sign}{town.code}争", f"密语{sign}{town.code}据")
    walk = Walk(town).along(A.REGISTER, A.DISPATCH, A.SIGN_IN)
    walk.do(A.REQUEST_DETERMINATION, dispute=f"{words[0]}。不知归谁管。", law=f"{words[1]}。三定规定。", parties=[])
    number = determination.standing_on(walk.number)
    world.rows.append(_row("determination", number, town, determination.facts(number).parts, words, []))


def _observed(world: World, town: Town, sign: str, post: str) -> None:
    """A case that one post of a unit sees, and nobody else of that unit (F133)."""
    _case(world, town, sign, A.REGISTER)
    row = world.rows.pop()
    let_join(row.number, {town.other: Part.SUPERVISION}, now=START, posts=[post])
    world.rows.append(replace(row, seats=frozenset({Seat(town.other, post)})))


def _row(
    kind: str,
    number: str,
    town: Town,
    parts: Any,
    words: tuple[str, ...],
    files: list[int],
    papers: Sequence[DocumentRow] = (),
) -> Row:
    duties = list(Duty.objects.filter(subject=f"{kind}:{number}").values_list("id", flat=True))
    ids = defaultdict(lambda: tuple(files), duties=tuple(duties), documents=tuple(row.id for row in papers))
    return Row(kind, number, town.code, frozenset().union(*parts.values()), (number, *words), ids)


def addresses(found_at: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every address of the site with its fixed words, as `path/<kind:name>/`."""
    for pattern in found_at:
        where = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, where)
        else:
            yield where, dict(pattern.default_args)


LISTS = re.compile(r"^(cases|matters)/(count/|new/beside/)?$|^$|^dispatch/$")
UNITS = ("", "hn.unit", "wd.unit", "wd.other", "wd.desk")
COUNTED = ("registered", "sign_in.met", "call.valid", "dispatched", "matter.entered")
NUMBERED = re.compile(r"(?<=/)([A-Z]{2}\d+|\d+|[a-z]+\.[a-z.]+|dispatch|sign_in|unknown)(?=/)")
"""What tells one address of a shape from another; a shape that takes no GET is asked once."""
PART = re.compile(r"<(?:(\w+):)?(\w+)>|\{(\w+)\}")


def values(world: World, part: str, path: str) -> list[str]:
    """Everything that can stand in a part of an address: of all rows, seen or not."""
    numbers = [row.number for row in world.rows]
    known: dict[str, Callable[[], list[str]]] = {
        "number": lambda: [*numbers, "WX2020010100000000"],
        "id": lambda: [*(str(id) for row in world.rows for id in row.ids[path.split("/")[0]]), "999999"],
        "act": lambda: ["dispatch", "sign_in", "unknown"],
        "account": lambda: ["hn.unit.handler", "wd.unit.handler"],
        "pack_id": lambda: ["huainan-2021-55", "wendeng-2021-10"],
        "pack": lambda: ["huainan-2021-55", "wendeng-2021-10"],
        "code": lambda: ["hn.unit", "wd.unit"],
        "unit": lambda: ["hn.unit", "wd.unit", "all"],
        "place": lambda: ["hn", "wd"],
        "name": lambda: ["unknown"],
        "token": lambda: ["unknown"],
        "which": lambda: ["rejects", "receipts"],
        "word": lambda: ["correct", "erase", "linkage"],
        "post": lambda: ["handler"],
        "clause": lambda: ["1"],
        "clause_id": lambda: ["1"],
        "norm": lambda: ["unknown"],
        "year": lambda: ["2025"],
        "period": lambda: ["2025-03"],
        "metric": lambda: ["on_time", "satisfaction"],
        "seat": lambda: ["leader", "unknown"],
    }
    assert part in known, f"{path} has a part “{part}” that this test does not know: say what can stand there"
    return known[part]()


def filled(world: World, path: str) -> Iterator[str]:
    """The address with every combination of what can stand in its parts."""
    names = [kind[1] or kind[2] for kind in PART.findall(path)]
    for chosen in product(*(values(world, name, path) for name in names)):
        rest = iter(chosen)
        yield PART.sub(lambda _, rest=rest: next(rest), path)


def asked(world: World) -> list[str]:
    """What is asked of the site."""
    paths = []
    for path, _ in addresses(get_resolver().url_patterns):
        for url in filled(world, path):
            paths.append(f"/{url}")
            if url == "figures/rows/":
                paths += [f"/{url}?of=2025-03&unit={unit}&atom={atom}" for unit, atom in product(UNITS, COUNTED)]
            if LISTS.match(url):
                paths += [f"/{url}?{question}" for row in world.rows for question in questions(row)]
    return paths


def questions(row: Row) -> list[str]:
    """How a row can be looked for."""
    by_number = row.kind == "matter" or row.number.endswith(("0", "2", "4", "6", "8"))
    return [f"q={row.number}" if by_number else f"q={row.words[1]}&content={row.words[2]}"]


def asked_of_the_api(world: World) -> list[str]:
    """What is asked of the API."""
    paths = []
    for endpoint in ROUTER.endpoints:
        if endpoint.method != "GET":
            continue
        for path in filled(world, endpoint.path):
            paths.append(f"/{path}")
            told = endpoint.query.model_fields if endpoint.query else {}
            for name, row in product(("number", "words", "subject"), world.rows):
                if name in told:
                    value = {"number": row.number, "words": row.words[-1][:8], "subject": f"{row.kind}:{row.number}"}
                    paths.append(f"/{path}?{name}={value[name]}")
    return paths


@dataclass
class Squares:
    """What was looked at, and where something was shown that should not be."""

    looked: int = 0
    leaks: list[str] = field(default_factory=list)

    def look(self, world: World, who: str, actor: Actor | None, url: str, response: HttpResponse) -> None:
        """No word of a row that the actor does not see; nothing of its own page; a clear answer in any case."""
        self.looked += len(world.rows)
        text = _text(response)
        assert response.status_code in ANSWERED, (who, url, response.status_code, text[:500])
        path = url.partition("?")[0]
        for row in world.rows:
            if row.shown_to(actor):
                continue
            said = [word for word in row.words if word in text and word not in url]
            if said or (row.number in path and response.status_code == FOUND):
                self.leaks.append(f"{who} {url}: {said or response.status_code}")

    def own(self, world: World, who: str, actor: Actor, get: Callable[[str], HttpResponse], end: str) -> None:
        """What the actor does see is there."""
        for row in world.rows:
            self.looked += 1
            status = get(f"/{row.kind}s/{row.number}{end}").status_code
            if status != (FOUND if row.shown_to(actor) else MISSING):
                self.leaks.append(f"{who} {row.number}: {status}")


def _text(response: HttpResponse) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return bytes(content).decode("utf-8", "replace")


def sweep(world: World, people: Mapping[str, Actor]) -> Squares:
    """Every way of reading, by all of them and by nobody."""
    squares = Squares()
    pages, endpoints = asked(world), asked_of_the_api(world)
    sent_to: set[str] = set()
    for account, actor in people.items():
        browser, api = world.browsers[account], world.systems[account]
        for url in pages:
            if (shape := NUMBERED.sub("…", url)) not in sent_to:
                answer = browser.get(url)
                sent_to |= {shape} if answer.status_code == 405 else set()
                squares.look(world, account, actor, url, answer)
        for path in endpoints:
            squares.look(world, account, actor, path, api.get(path))
        squares.own(world, account, actor, browser.get, "/")
        squares.own(world, account, actor, api.get, "")
    nobody = Client()
    for url in (*pages, *(BASE + path for path in endpoints)):
        nobody.cookies.clear()
        squares.look(world, "nobody", None, url, nobody.get(url))
    return squares


def one_a_unit(world: World) -> dict[str, Actor]:
    """The policies know units, not posts."""
    by_units = {actor.units: (account, actor) for account, actor in world.people.items()}
    return dict(by_units.values())


@pytest.mark.parametrize("walls", [False, True], ids=["by the rule alone", "by the database too"])
def test_nobody_is_shown_a_word_of_what_they_do_not_take_part_in(
    world: World, walls: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with as_the_site() if walls else nullcontext():
        squares = sweep(world, one_a_unit(world) if walls else world.people)
    with capsys.disabled():
        print(f"\n{squares.looked} squares: {len(world.people) + 1} people, {len(world.rows)} rows")
    assert squares.leaks == []
    assert squares.looked > 5_000


ASKED_OF_ONE = (
    "/",
    "/cases/",
    "/matters/",
    "/dispatch/",
    "/cases/?q=路灯",
    "/cases/new/beside/?content=路灯不亮请尽快修复",
)
"""What a mutation shows at once, so that it need not be looked for everywhere."""


def looked_at_by(world: World, account: str) -> Squares:
    """The lists and the pages of every row, by one person, on the site and over the API."""
    squares, actor = Squares(), world.people[account]
    browser, api = world.browsers[account], world.systems[account]
    for url in (*ASKED_OF_ONE, *(f"/{row.kind}s/{row.number}/" for row in world.rows)):
        squares.look(world, account, actor, url, browser.get(url))
    for row in world.rows:
        for path in ("", f"/{row.number}", f"/{row.number}/record"):
            squares.look(world, account, actor, f"/{row.kind}s{path}", api.get(f"/{row.kind}s{path}"))
    squares.looked += len(world.rows)
    return squares


def unfiltered(rows: Any, *_: Any) -> Any:
    """A list from which the rule of sight was left out."""
    return rows


def unasked(*_: Any) -> None:
    """A question that is not asked."""


MUTATIONS = {
    "cases without the rule": [(cases, "visible_among", unfiltered)],
    "matters without the rule": [(matters, "visible_among", unfiltered)],
    "a case opened without asking": [(cases, "must_see", unasked)],
    "a matter opened without asking": [(matters, "must_see", unasked)],
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_rule_left_out_is_caught_by_the_squares_and_held_by_the_database(
    mutation: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert looked_at_by(world, "hn.other.head").leaks == []
    for place, name, broken in MUTATIONS[mutation]:
        monkeypatch.setattr(place, name, broken)
    assert looked_at_by(world, "hn.other.head").leaks, "the squares do not see the leak"
    with as_the_site():
        assert looked_at_by(world, "hn.other.head").leaks == []


def exported(standing: Standing, which: Which) -> str:
    """Every cell of a ledger that somebody had exported, as the worker writes it."""
    columns = tuple(column.key for column in ledgers.columns(which))
    rulebook = pack(standing.jurisdiction.pack)
    id = exports.ask_export(
        asked=Asked(which, columns=columns),
        told="全部",
        fields=Reason(reason="核对可见范围"),
        actor=standing.actor,
        rulebook=rulebook,
        now=standing.now,
    )
    with as_a_job():
        exports.write_export(id, at=datetime.now(UTC))
    row = ledgers.export(id, standing.actor)
    assert (row.state, row.trouble) == (State.READY, "")
    return str(CalamineWorkbook.from_path(str(ledgers.place_of_file(id))).get_sheet_by_index(0).to_python())


@pytest.mark.parametrize("mutation", [None, "cases without the rule", "matters without the rule"])
def test_the_file_of_an_export_holds_what_whoever_asked_for_it_is_shown(
    mutation: str | None, world: World, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_FOLDER = tmp_path
    for place, name, broken in MUTATIONS[mutation] if mutation else ():
        monkeypatch.setattr(place, name, broken)
    settle("wd", world.towns[1].other, "other.liaison", "liaison")
    shown = []
    for account in ("wd.other.liaison", "wd.desk.dispatcher", "hn.desk.dispatcher", "hn.supervision.supervisor"):
        standing = organisations.by_account(account, at=datetime.now(UTC))
        assert standing is not None
        for which in (Which.CASE, Which.MATTER):
            cells = exported(standing, which)
            for row in world.of(which):
                shown.append(row.shown_to(standing.actor))
                assert (row.number in cells) == shown[-1], (account, row)
                assert shown[-1] or not [word for word in row.words if word in cells], (account, row)
    assert (len(shown), sum(shown)) == (32, 10)
