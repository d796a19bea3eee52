"""What `docs/api.md` shows is asked and answered so; every path that it names is there (F130)."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse

from bihuan.api.door import ROUTER
from bihuan.api.openapi import describe
from tests.api.clients import BASE, Api, Staff
from tests.api.test_mailbags import send
from tests.api.test_papers import a_whistle
from tests.mailbags.desks import GOOD, HEADINGS, table
from tests.manuals import CODE, DOCS, blocks

PAGE = DOCS / "api.md"
ASKED = re.compile(r"(GET|POST) (/\S+)( +multipart/form-data, file=@\S+)?")
ANSWERED = re.compile(r"(\d{3}) \w[\w ]*?(?:, Location: (\S+))?")
OWN = {"number", "sentence", "query_code", "id", "serial", "title", "reference", "citation"}
"""What every subject, paper and table has of its own."""


@dataclass(frozen=True, slots=True)
class Example:
    """A request as the page shows it, and the answer that it shows."""

    method: str
    path: str
    file: bool
    headers: dict[str, str]
    body: dict[str, Any]
    status: int
    answer_headers: dict[str, str]
    answer: str


def examples() -> list[Example]:
    """The requests of the page with their answers."""
    found = list[Example]()
    for block in blocks(PAGE):
        asked, _, answered = re.sub(r"\n(?=201 Created, Location)", "\n\n", block.text).partition("\n\n")
        if not (request := ASKED.fullmatch((lines := asked.splitlines())[0])):
            continue
        status, *rest = answered.splitlines()
        told = ANSWERED.fullmatch(status)
        assert told, status
        headers, body = _parts(lines[1:])
        answer_headers, answer = _parts(rest)
        answer_headers |= {"Location": told[2]} if told[2] else {}
        found.append(
            Example(
                *(request[1], request[2].removeprefix(BASE), bool(request[3]), headers),
                *(json.loads(body or "{}"), int(told[1]), answer_headers, answer),
            )
        )
    return found


def _parts(lines: list[str]) -> tuple[dict[str, str], str]:
    """Headers and body."""
    heads = [line for line in lines if re.match(r"[A-Z][\w-]+: ", line)]
    return dict(line.split(": ", 1) for line in heads), "\n".join(line for line in lines if line not in heads)


def fits(answer: HttpResponse, shown: Example, real: dict[str, str]) -> None:
    """The answer is the one that is shown, but for what every subject has of its own."""
    said = answer.json()
    assert answer.status_code == shown.status, said
    for name, value in shown.answer_headers.items():
        assert answer[name] == renamed(value, real), name
    for key, value in re.findall(r'"(\w+)": ("[^"]*"|\w+)', shown.answer):
        assert key in said, (key, sorted(said))
        if key not in OWN and "…" not in value:
            assert said[key] == json.loads(renamed(value, real)), key


def renamed(text: str, real: dict[str, str]) -> str:
    """The text with the names that things have here."""
    for shown, here in real.items():
        text = text.replace(shown, here)
    return text


def asked(client: Api, one: Example, real: dict[str, str]) -> HttpResponse:
    """The answer to an example."""
    headers = {name.replace("-", "_"): value for name, value in one.headers.items()}
    body = json.loads(renamed(json.dumps(one.body, ensure_ascii=False), real))
    return client.post(renamed(one.path, real), body, **headers)


def test_a_case_is_registered_and_dispatched_as_the_page_shows(staff: Staff) -> None:
    first, second, *_ = examples()
    real = {"wd-housing": staff.town.unit}
    answer = staff["desk.registrar"].post(first.path, first.body)
    real |= {re.findall(r"WD\d{16}", PAGE.read_text("utf-8"))[0]: answer.json()["number"]}
    fits(answer, first, real)
    assert re.fullmatch(r"\d{10}", answer.json()["query_code"])
    refused = asked(staff["desk.registrar"], second, real)
    (shown,) = (block.text for block in blocks(PAGE) if block.text.startswith("409"))
    for key, value in re.findall(r'"(\w+)": ("[^"]*"|\d+)', shown):
        if "…" not in value:
            assert refused.json()[key] == json.loads(value), key
    assert "citation" in refused.json()
    fits(asked(staff["desk.dispatcher"], second, real), second, real)


def test_a_paper_is_issued_as_the_page_shows(staff: Staff) -> None:
    _, _, third, _ = examples()
    real = {"WD2026S0001": a_whistle(staff.town).number}
    answer = asked(staff["township.deputy"], third, real)
    fits(answer, third, real | {third.answer_headers["Location"]: f"{BASE}/documents/{answer.json()['id']}"})


def test_a_table_is_brought_as_the_page_shows(staff: Staff) -> None:
    *_, fourth = examples()
    assert fourth.file
    answer = send(staff["desk.registrar"], table(HEADINGS, GOOD), fourth.path.rpartition("=")[2])
    fits(answer, fourth, {fourth.answer_headers["Location"]: f"{BASE}/mailbags/{answer.json()['id']}"})


def test_every_path_that_the_page_names_is_there() -> None:
    known = {(method.upper(), path) for path, of in describe(ROUTER.endpoints)["paths"].items() for method in of}
    text = re.sub(r"```.*?```", "", PAGE.read_text("utf-8"), flags=re.DOTALL)
    named = [ASKED.match(code) for code in CODE.findall(text)]
    whole = [(found[1], found[2].partition("?")[0]) for found in named if found and "…" not in found[2]]
    assert len(whole) > 25
    assert [one for one in whole if not any(_same(one, there) for there in known)] == []


def test_the_page_names_every_folder_and_every_path_outside_of_one_subject() -> None:
    """Acts on a subject stand in the description; what one begins with stands on the page too."""
    text = PAGE.read_text("utf-8")
    first = {path.removeprefix(f"{BASE}/").split("/")[0] for path in describe(ROUTER.endpoints)["paths"]}
    assert sorted(one for one in first if not re.search(rf"/{one}\b", text)) == []


def _same(named: tuple[str, str], there: tuple[str, str]) -> bool:
    """Whether a path of the page is one of the description, where any value may stand for a part in braces."""
    pieces = [re.sub(r"[{]\w+[}]|[0-9]+", "*", path.removeprefix(BASE)).split("/") for _, path in (named, there)]
    fits_in = len(pieces[0]) == len(pieces[1]) and all(
        one == other or other == "*" or one == "*" for one, other in zip(*pieces, strict=True)
    )
    return named[0] == there[0] and fits_in


@pytest.mark.parametrize("number", range(4))
def test_examples_are_read_whole(number: int) -> None:
    one = examples()[number]
    assert (one.status in (200, 201), bool(one.answer)) == (True, True)
