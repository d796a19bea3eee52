"""Whatever two to six characters stand side by side in a letter find it: drawn from invented ones, or from a folder.

`BIHUAN_LETTERS=folder` takes the tables in a folder of one's own: every csv or workbook of letters in it.
"""

import os
import random
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from bihuan.cases import queries as cases
from bihuan.cases.types import CaseFilters
from bihuan.intake import commands
from bihuan.intake.letters import Letter, are_headings, digest_of, guess, searched, trouble_with
from bihuan.intake.reading import Reader
from bihuan.intake.sheets import opened
from bihuan.intake.types import Register
from bihuan.text.folding import DIVIDER, fold
from tests.towns import START, Town

FOLDER = os.environ.get("BIHUAN_LETTERS", "")
SEED = int(os.environ.get("BIHUAN_SEED", "1"))
DRAWN = 200
TOGETHER = 1_000
INVENTED = (
    ("路灯不亮", "翠屿澜庭小区7号楼前的路灯不亮，物业电话０６３１-８４５００００。"),
    ("施工扰民", "砚台坡村东头夜里施工，机器声很大（已第３次反映）。"),
    ("公交绕行", "地铁9号线施工后，公交改走檀溪沟路，老人不便；K12路、Ｂ７路都一样。"),
    ("欠薪", "鑫泓甬建材公司拖欠工钱，联系人闫旻一直不接电话：wx@example.test。"),
    ("車位", "車位被佔，請協調。12号楼1-3单元，鲁K·A37F9。"),
    ("积水🚧", "早上路口积水👍，孩子上学绕行；买买提·艾力 反映：水深约3.5厘米。"),
)


def letters(town: Town) -> Iterator[Register]:
    """Letters of the folder, each under a number of its own; without one those that we invented."""
    if not FOLDER:
        for title, content in INVENTED:
            yield Register(channel=town.channel, anonymous=True, title=title, content=content, appeal_type="HELP")
        return
    for n, path in enumerate(sorted(Path(FOLDER).glob("*.[cx][sl]*"))):
        with opened(path, knows=are_headings) as sheet:
            columns, read = guess(sheet.headings), 0
            if not trouble_with(columns, sheet.headings):
                _, said = Reader(columns, town.channel, START, indexed=False).read(list(sheet.rows))
                for letter in said:
                    if isinstance(letter, Letter):
                        read += 1
                        number = f"{n}-{read}-{letter.fields.origin_number}"[:200]
                        yield letter.fields.model_copy(update={"origin_number": number})
        print(f"{path.name}: {read}")


def drawn(chance: random.Random, whole: list[tuple[str, str]]) -> str:
    """Two to six characters that stand side by side in a title or text, at least two of them letters or digits."""
    while True:
        text = chance.choice(chance.choice(whole))
        first = chance.randrange(max(len(text) - 1, 1))
        asked = text[first : first + chance.randint(2, 6)]
        if not any(map(str.isspace, asked)) and any(len(part) > 1 for part in fold(asked).split(DIVIDER)):
            return asked


@pytest.mark.django_db
def test_whatever_stands_in_a_letter_finds_it(wendeng: Town) -> None:
    actor, chance, texts = wendeng.actor("desk.registrar"), random.Random(SEED), dict[str, tuple[str, str]]()
    brought = letters(wendeng)
    while some := list(islice(brought, TOGETHER)):
        made = [Letter(n, one, (), digest_of(one), searched(one)) for n, one in enumerate(some)]
        done = commands.register_many(letters=made, actor=actor, now=START)
        for one, letter in zip(done, made, strict=True):
            texts[one.number] = (letter.fields.title, letter.fields.content)
    whole = list(texts.values())
    missed, took, found = list[str](), list[float](), 0
    for _ in range(DRAWN):
        asked = drawn(chance, whole)
        holding = {number for number, said in texts.items() if any(asked in text for text in said)}
        began = time.perf_counter()
        rows = cases.ledger(actor, CaseFilters(words=asked), now=START, limit=len(texts))
        took.append(time.perf_counter() - began)
        found += len(rows)
        if not holding or holding - {row.number for row in rows}:
            missed.append(asked)
    told = f"{len(texts)} letters, {DRAWN - len(missed)} of {DRAWN} found, {found} rows"
    print(f"seed {SEED}: {told}, at most {max(took) * 1000:.0f} ms")
    assert missed == []
