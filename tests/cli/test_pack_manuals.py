"""`docs/regulation-packs.md` and its Chinese twin: they say the same, and what they say to write and type is true."""

import re
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from bihuan.audit.queries import verify
from bihuan.cases.types import Act, Stage
from bihuan.organisations import queries
from bihuan.organisations.types import Post
from bihuan.policy import loader, norms
from bihuan.policy.calendar import OfficeHours
from bihuan.policy.limits import Unit
from bihuan.policy.pack import PARAMETERS, Capacity, Carried
from bihuan.policy.reading import TABLES
from bihuan.vetting.check import check
from tests.architecture.sources import SOURCE
from tests.manuals import DOCS, Block, Section, blocks, sections, typed
from tests.towns import START, found
from tests.walks import Walk

ENGLISH, CHINESE = DOCS / "regulation-packs.md", DOCS / "regulation-packs.zh-CN.md"
V1, V2 = "云溪.toml", "云溪-2.toml"
TO_THE_END = (
    *(Act.REGISTER, Act.ACCEPT, Act.DISPATCH, Act.SIGN_IN, Act.RECORD_CONTACT, Act.ANSWER),
    *(Act.SIGN_OFF, Act.APPROVE, Act.RECORD_CALLBACK, Act.CLOSE),
)
STATES = {state.label: state for state in Carried}


def section(number: str, page: Path = CHINESE) -> Section:
    """The section of that number."""
    (found_there,) = (one for one in sections(page) if one.number == number)
    return found_there


def in_language(number: str, language: str) -> str:
    """The one block of a language in a section."""
    (block,) = (one for one in section(number).blocks if one.language == language)
    return block.text


def rows(number: str) -> list[list[str]]:
    """The rows of the one table of a section, without their marks of code."""
    (table,) = section(number).tables
    return [[cell.replace("`", "") for cell in row] for row in table[1:]]


# ---- two languages


def test_both_manuals_have_the_same_headings() -> None:
    english, chinese = ([(one.level, one.number) for one in sections(page)] for page in (ENGLISH, CHINESE))
    assert english == chinese
    numbers = [tuple(map(int, number.split("."))) for _, number in chinese if number]
    assert len(numbers) > 40
    assert numbers == sorted(set(numbers))


def test_both_manuals_have_the_same_blocks() -> None:
    assert blocks(ENGLISH) == blocks(CHINESE)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [pytest.param(one, other, id=one.number) for one, other in zip(sections(ENGLISH), sections(CHINESE), strict=True)],
)
def test_a_section_has_the_same_tables_and_the_same_words_of_code(english: Section, chinese: Section) -> None:
    shapes = [[[len(table), *(len(row) for row in table)] for table in one.tables] for one in (english, chinese)]
    assert shapes[0] == shapes[1]
    assert Counter(english.codes) == Counter(chinese.codes)


# ---- what stands in two places


def test_the_tables_of_words_are_those_of_the_program() -> None:
    assert sorted(row[0] for row in rows("4.1")) == sorted(Capacity)
    assert sorted(row[0] for row in rows("4.2")) == sorted(Post)
    assert sorted(row[0].lstrip("0123456789") for row in rows("5.1")) == sorted(Unit)
    assert sorted(row[1] for row in rows("2.3")) == sorted(state.label for state in Carried)


def test_the_table_of_parameters_is_that_of_the_program() -> None:
    told = {(norm, name): default for norm, name, default, _ in rows("3.5")}
    known = {(norm, name): str(value).lower() for norm, all_of in PARAMETERS.items() for name, value in all_of.items()}
    assert told == known


def test_the_table_of_keys_is_what_the_reader_asks_for() -> None:
    told = {key for row in section("9").tables[0][1:] for cell in row[2:] for key in re.findall(r"`(\w+)`", cell)}
    reader = "".join((SOURCE / "policy" / name).read_text("utf-8") for name in ("reading.py", "assessing.py"))
    named = "need|may|words|reason|known_clause|_one_of|_each|_one|_number|_points|_share|_limit|_summed|_counted"
    asked = set(re.findall(rf'(?:{named})\(\s*(?:(?:entry|one), )?"(\w+)"', reader))
    hours = {"opens", "closes", "cut_off"}
    assert told == asked | hours
    assert {row[0].strip("`[]") for row in section("9").tables[0][2:]} == TABLES


def test_office_hours_that_are_left_out_are_those_that_the_manual_names() -> None:
    (words,) = re.findall(r"Left out they are ([^;]*): do not", ENGLISH.read_text("utf-8"))
    hours = OfficeHours()
    times = ", ".join(f"{moment:%-H:%M}" for moment in (hours.opens, hours.closes, hours.cut_off))
    assert (words, hours.breaks) == (f"{times} and none", ())


def test_every_norm_that_the_manual_names_is_one_and_every_family_is_named() -> None:
    families = {name.partition(".")[0] for name in norms.ALL}
    named = {code for one in sections(CHINESE) for code in one.codes}
    like_norms = {
        code for code in named if code.partition(".")[0] in families and re.fullmatch(r"[a-z-]+\.[a-z0-9-]+", code)
    }
    assert like_norms - set(norms.ALL) == set()
    assert families - {name.partition(".")[0] for name in like_norms} == set()
    whole = {"listing", "linkage", "whistle", "determination"}
    assert {name for name in norms.ALL if name.partition(".")[0] not in whole} - like_norms == set()
    alone = {norm.name for norm in norms.ALL.values() if norm.always}
    assert alone <= set(section("3.3").codes)


def test_the_faults_that_the_manual_explains_are_those_that_the_check_tells() -> None:
    folders = (SOURCE / "vetting", SOURCE / "policy")
    source = "\n".join(path.read_text("utf-8") for folder in folders for path in folder.glob("*.py"))
    for said, _ in rows("7.2"):
        pattern = ".{0,90}?".join(re.escape(piece) for piece in re.split("……", said))
        assert re.search(pattern, source), said


# ---- the example


@pytest.fixture
def desk_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the two packs of the manual, and an installation's empty folder of packs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path / "packs"))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)
    (tmp_path / "packs").mkdir()
    (tmp_path / V1).write_text(in_language("6.3", "toml"), "utf-8")
    (tmp_path / V2).write_text(amended(in_language("6.3", "toml"), in_language("8.1", "toml")), "utf-8")
    return tmp_path


def amended(before: str, changes: str) -> str:
    """The pack with each table of the amendment where the one stands that it changes, or after the last of its kind."""
    parts = _parts(before)
    for key, part in _parts(changes).items():
        parts[key] = part if key else re.sub(r"(?m)^version = .*$", part.strip(), parts[""])
    kinds = list(dict.fromkeys(key.partition("\n")[0] for key in parts))
    return "".join(parts[key] for key in sorted(parts, key=lambda key: kinds.index(key.partition("\n")[0])))


def _parts(text: str) -> dict[str, str]:
    """The tables of a pack by their head and what tells them from others of their kind."""
    found_there: dict[str, str] = {}
    for part in re.split(r"(?m)^(?=\[)", text):
        head, *lines = part.split("\n")
        told = [line for line in lines if re.match(r"(id|code|norm|name|urgency|appeal_type|channel) = ", line)]
        found_there["\n".join([head, *told]) if head.startswith("[[") else head if head.startswith("[") else ""] = part
    return found_there


def run(words: list[str]) -> str:
    """What a command of the page says; it ends well."""
    module = import_module(f"bihuan.cli.{words[0].replace('-', '_')}")
    done = CliRunner().invoke(module.command, words[1:])
    assert done.exit_code == 0, (words, done.output)
    return str(done.output)


def test_every_block_of_toml_is_toml() -> None:
    read = [tomllib.loads(block.text) for block in blocks(CHINESE) if block.language == "toml"]
    assert len(read) == 9


def test_every_sentence_of_the_example_stands_in_one_clause_word_for_word() -> None:
    text, at, between = re.sub(r"\s", "", in_language("6.1", "text")), 0, ""
    for clause in tomllib.loads(in_language("6.3", "toml"))["clause"]:
        where = text.find(clause["text"], at)
        assert where >= 0, clause["id"]
        between, at = between + text[at:where], where + len(clause["text"])
    left = re.sub(r"第[一二三四五六七八九十]+条", "", between + text[at:])
    assert left == "云溪县群众诉求办理办法（云政办发〔2025〕6号），"


def test_the_clauses_are_judged_as_the_manual_explains(desk_top: Path) -> None:
    clauses = loader.load(desk_top / V1).clauses
    told = {id: STATES[row[2]] for row in rows("6.2") for id in row[0].split("、")}
    assert told == {clause.id: clause.state for clause in clauses.values()}
    assert set(told.values()) == set(Carried)


@pytest.mark.parametrize(("number", "commands"), [("6.4", 1), ("8.2", 2)])
def test_the_check_and_the_difference_say_what_the_manual_shows(number: str, commands: int, desk_top: Path) -> None:
    lines = [block for block in section(number).blocks if block.language == ""]
    said = [run(words) for words in _typed(lines)]
    assert len(said) == commands
    assert said[-1] == in_language(number, "text")


def _typed(lines: list[Block]) -> list[list[str]]:
    return [line.split()[1:] for block in lines for line in block.text.splitlines()]


@pytest.mark.django_db
def test_what_the_manual_says_to_type_founds_the_county_and_takes_up_the_amendment(desk_top: Path) -> None:
    day = str(max(datetime.now(UTC).date() + timedelta(days=2), loader.load(desk_top / V2).instrument.in_force_from))
    for words in typed(CHINESE):
        if words[1] == "adopt" and "--dry-run" in words:  # the operator laid the file into the folder
            (desk_top / "packs" / V2).write_bytes((desk_top / V2).read_bytes())
            loader.look_again()
        said = [re.sub(r"^\d{4}-\d\d-\d\d$", day, word) for word in words]
        if words[:2] == ["jurisdiction", "check"]:
            module = import_module("bihuan.cli.jurisdiction")
            assert "[必须]" in CliRunner().invoke(module.command, said[1:]).output
        else:
            assert run(said)
    assert queries.pack_of("yunxi").ref == "yunxi-2025-6/1"
    assert [row.pack for row in queries.versions("yunxi")] == ["yunxi-2025-6/1", "yunxi-2025-6/2"]
    assert verify("yunxi").clean


@pytest.mark.django_db
@pytest.mark.parametrize("file", [V1, V2])
def test_a_request_goes_to_its_end_under_the_example(file: str, desk_top: Path) -> None:
    (desk_top / "packs" / file).write_bytes((desk_top / file).read_bytes())
    loader.look_again()
    town = found("yx", loader.load(desk_top / file).ref)
    walk = Walk(town, START).along(*TO_THE_END)
    assert walk.facts.stage is Stage.CLOSED
    assert verify("yx").clean


# ---- whole mechanisms


@pytest.mark.parametrize("row", rows("3.6"), ids=lambda row: row[0])
def test_what_a_mechanism_wants_at_least_is_what_the_manual_lists(row: list[str], desk_top: Path) -> None:
    bound, limits, capacities, posts = (cell.split("、") if cell else [] for cell in row[1:])
    clause = f'[[clause]]\nid = "溪-12"\ntext = "另加的机制。"\nnorms = {bound}\n'.replace("'", '"')
    more = [
        *(f'[[limit]]\nname = "{name}"\nlimit = "1wd"\nbasis = "例"\n' for name in limits),
        *(
            f'[[unit_type]]\ncode = "{name}"\nlabel = "例"\ncapacities = ["handling", "{name}"]\n'
            for name in capacities
        ),
        *(f'[[post]]\ncode = "{name}"\nlabel = "例"\n' for name in posts),
        *(['[[key_class]]\ncode = "media"\nlabel = "例"\n'] if "supervise.key-class" in bound else []),
        *(
            ['[[situation]]\ncode = "other"\nlabel = "例"\nnorm = "account.situation-9"\n']
            if "account.clue" in bound
            else []
        ),
    ]
    (file := desk_top / V1).write_text("\n".join([in_language("6.3", "toml"), clause, *more]), "utf-8")
    assert check(file).faults == ()
    file.write_text("\n".join([in_language("6.3", "toml"), clause]), "utf-8")
    told = "\n".join(fault.what for fault in check(file).faults)
    assert set(re.findall(r"缺少时限 (\w+)", told)) == set(limits)
    assert set(re.findall(r"（capacities）含 (\w+)", told)) == set(capacities)
    assert {post for named in re.findall(r"没有职务 ([a-z_、]+)", told) for post in named.split("、")} >= set(posts)
