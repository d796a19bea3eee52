"""What the pages say, gathered from templates, code, and the labels that are shown through the `label` filter."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

import bihuan
from bihuan.clockwork.queries import LABELS as JOBS
from bihuan.documents.commands import PAPERS
from bihuan.joint.stages import BRANCHES
from bihuan.joint.types.figures import GROUPS
from bihuan.kernel.fields import Fields
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.ledgers.queries import columns
from bihuan.ledgers.queries.of_cases import APPOINTED
from bihuan.ledgers.types import Which
from bihuan.policy.loader import load
from bihuan.subjects.registry import REGISTRY
from bihuan.web.environment import environment
from bihuan.web.views.intake import REGISTER, REPORT
from bihuan.web.views.mine import SCOPES
from bihuan.web.views.regulations import DAYS, HOLIDAYS, STATES

SOURCE = Path(bihuan.__file__).parent
CATALOG = SOURCE / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""The file tells no date of its own, so that it changes only with its words."""
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
CALLS = ("gettext", "gettext_lazy", "gettext_noop", "ngettext", "_")
APART = {"config", "sandbox", "startup", "demo"}
"""They hold no words of pages, and do something when they are loaded."""
UNSEEN = "bihuan.api."
"""The forms of the API are shown by no page: loaded or not, they change nothing."""
Message = str | tuple[str, str]
Key = tuple[str, str | None]
"""What a message says, and in which sense where it has several."""


def templates() -> Iterator[Path]:
    """Every template of ours."""
    yield from sorted(SOURCE.glob("*/templates/**/*.html"))


def of_template(path: Path) -> Iterator[Message]:
    """What a template marks as said."""
    for _, function, said in environment().extract_translations(path.read_text()):  # type: ignore[attr-defined]
        if function in CALLS:
            one, many, *_more = said if isinstance(said, tuple) else (said, None)
            yield (str(one), str(many)) if function == "ngettext" else str(one)


def in_senses_of_template(path: Path) -> Iterator[Key]:
    """What a template marks as said in one sense of the words."""
    for _, function, said in environment().extract_translations(path.read_text()):  # type: ignore[attr-defined]
        if function == "pgettext":
            yield str(said[1]), str(said[0])


def of_code(path: Path) -> Iterator[Message]:
    """What a module of the pages says."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in CALLS:
            continue
        said = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if said:
            yield (said[0], said[1]) if getattr(node.func, "id", "") == "ngettext" else said[0]


def in_senses(path: Path) -> Iterator[Key]:
    """What a module of the pages says in one sense of the words."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("pgettext", "pgettext_lazy"):
            told = [str(a.value) for a in node.args if isinstance(a, ast.Constant)]
            yield from [(told[1], told[0])] if len(told) == 2 else []


def of_ledgers() -> Iterator[str]:
    """Columns of the ledgers, and filters with what they may be given."""
    for which in Which:
        yield from (column.label for column in columns(which))
    for path in sorted((SOURCE / "ledgers" / "queries").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Filter", "Choice"):
                said = [*node.args[1:2], *(word.value for word in node.keywords if word.arg == "hint")]
                yield from (a.value for a in said if isinstance(a, ast.Constant) and isinstance(a.value, str))


def of_words() -> Iterator[str]:
    """Labels of vocabularies, fields, posts and channels, whatever was loaded before."""
    for path in SOURCE.glob("*/**/*.py"):
        if path.parts[len(SOURCE.parts)] not in APART and "migrations" not in path.parts:
            name = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
            import_module(name.removesuffix(".__init__"))
    for words in _below(Vocabulary):
        yield from (word.label for word in words if not words.context)
    for form in _below(Fields):
        for info in form.model_fields.values():
            yield from (text for text in (info.title, info.description) if text)
    for pack in map(load, sorted((SOURCE / "policy" / "packs").glob("*.toml"))):
        yield from (post.label for post in pack.posts.values())
        yield from (channel.label for channel in pack.channels.values())
        yield from (kind.label for kind in pack.unit_types.values())
        yield from (urgency.label for urgency in pack.urgencies.values())
        yield from (ground.label for listed in pack.grounds.values() for ground in listed.values())
        yield from pack.names.values()
    for kind in REGISTRY:
        yield from (kind.label, kind.table.label, *kind.labels.values(), *([kind.menu.label] if kind.menu else []))
        yield from (role.label for move in kind.table.moves for role in move.who)
    yield from (branch.words for branch in BRANCHES.values())
    for page in (REGISTER, REPORT):
        yield from (page.title, page.lead, page.button, *(title for title, _ in page.groups))
    yield from (said for day in "一二三四五六日" for said in (day, f"周{day}"))
    yield from (paper.label for paper in PAPERS.values())
    yield from (role.label for paper in PAPERS.values() for role in paper.by)
    yield from (said for name in HOLIDAYS for said in (name, name[:2]))
    yield from (*DAYS, *(f"{month}月" for month in range(1, 13)))
    yield from STATES.values()
    yield from SCOPES.values()
    yield from APPOINTED.values()
    yield from JOBS.values()
    yield from (heading for groups in GROUPS.values() for heading in groups)
    yield from ("请选择", "（不填）", "是", "否", "开始", "、", "逐件确定")


def _below(kind: Any) -> Iterator[Any]:
    for below in kind.__subclasses__():
        if below.__module__.startswith("bihuan.") and not below.__module__.startswith(UNSEEN):
            yield below
        yield from _below(below)


def gathered() -> dict[Key, Message]:
    """Every message with Chinese in it, in a stable order."""
    found: list[Message] = [m for path in templates() for m in of_template(path)]
    senses: list[Key] = [(word.label, words.context) for words in _below(Vocabulary) if words.context for word in words]
    senses += [key for path in templates() for key in in_senses_of_template(path)]
    for package in ("web", "public"):
        for path in sorted((SOURCE / package).rglob("*.py")):
            found += of_code(path)
            senses += in_senses(path)
    found += [*of_words(), *of_ledgers()]
    counted = [m for m in found if not isinstance(m, str)]
    told: dict[Key, Message] = {(m, None): m for m in found if isinstance(m, str)} | {(m[0], None): m for m in counted}
    told |= {key: key[0] for key in senses}
    return {one: told[one] for one in sorted(told, key=lambda one: (one[0], one[1] or "")) if CHINESE.search(one[0])}


def kept() -> Catalog:
    """The catalogue as it stands."""
    with CATALOG.open("rb") as file:
        return read_po(file, locale="en")


def rendered(messages: dict[Key, Message]) -> bytes:
    """The catalogue as it should stand: these messages, with what was translated."""
    before = kept() if CATALOG.exists() else Catalog(locale="en")
    after = Catalog(locale="en", header_comment="", fuzzy=False, creation_date=WRITTEN)
    for (one, sense), message in messages.items():
        known = before.get(one, sense)
        same = known is not None and isinstance(known.id, str) == isinstance(message, str)
        flags = ["python-format"] if "%(" in one else []
        after.add(message, known.string if known and same else None, flags=flags, context=sense)
    file = BytesIO()
    write_po(file, after, omit_header=False, width=0, sort_output=True)
    return file.getvalue()
