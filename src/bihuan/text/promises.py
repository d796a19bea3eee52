"""Which clauses of an answer may promise its requester something: a verb of promise with a day or a span of time.

Nothing is understood here: people confirm or dismiss what is found. So a clause too many costs somebody a look, and
one too few costs a requester what they were promised.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 50
"""So many are told of one text; nobody promises as many things."""

_COUNT = r"(?:\d{1,3}|[一二两三四五六七八九十半]{1,3})"
_MONTH = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九]|本|当|下|下个|次|这个|今)月"
_WITHIN = "(?:之内|以内|内)"
_BEFORE = "(?:之前|以前|前)"
_TIME = re.compile(
    "|".join(
        (
            rf"{_COUNT}个?(?:工作日|自然日)",
            rf"{_COUNT}(?:日|天|周|个?星期|个?月|个?小时|年|个?季度){_WITHIN}",
            rf"{_MONTH}(?:份)?(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号]",
            rf"{_MONTH}(?:份)?(?:底|末|初|中旬|上旬|下旬|{_WITHIN}|{_BEFORE})",
            r"(?:月|年|季度?|周|学期)(?:底|末)",
            rf"(?:年|月|周|季度?){_WITHIN}",
            rf"(?:节|季|期|开学|冬|夏|汛|日|号|周|天|点|时|下班|年){_BEFORE}",
            r"(?:本|这|下|下个)(?:周|星期)(?:[一二三四五六日天末])?",
            r"第?[一二三四]季度",
            r"(?:上|下)半年",
            r"明(?:日|天|年)|后天|今(?:日|天|晚|冬)",
        )
    )
)
_VERB = re.compile(
    r"将(?!军|来|领|士|错)|(?<!质量)承诺(?!书|制|件|时限)|(?<!质量)保证(?!金|书|人)|确保"
    r"|计划(?!生育|经济|单列)|(?<![模虚比草])拟(?!定|稿|人)|预计|力争|争取|最迟|最晚"
    r"|(?<![员委议协商学工社])会(?=在|于|尽快)|(?<=[们方局司])会"
)
_NOT_OURS = re.compile(
    r"请您|请于|请在|请保证|您(?:可|须|需|应|若|如)|建议您|应当|(?:应|须|需|可)(?:在|于|自)"
    r"|^(?:如|若|一旦|逾期)|(?:已|曾|已经|业已)(?:于|在|承诺|列入)|曾|(?:无法|不能|难以|不予|不)(?:保证|承诺|确保)"
    r"|原(?:计划|定|拟)|反映|至今|仍未|未兑现|每(?:年|月|周|日|天|季)|有效期"
)
"""Of whom something is asked, what was, what may not be, and what is done again and again."""
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_CLAUSE = re.compile(r"[^，,：:]+")
_TITLE = re.compile(r"《[^》]{0,60}》")


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of a text that may promise something, and where in the text it stands."""

    start: int
    end: int
    text: str


def clipped(text: str, most: int = 80) -> str:
    """A piece as a form shows it in one line."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def promises(text: str) -> tuple[Found, ...]:
    """What a text may promise, in its order; at most `MOST`."""
    plain = _TITLE.sub(lambda title: "·" * len(title[0]), text)
    found = []
    for sentence in _SENTENCE.finditer(plain):
        for start, end in _in_sentence(plain, sentence.start(), sentence.end()):
            found.append(Found(start, end, text[start:end].strip()))
            if len(found) == MOST:
                return tuple(found)
    return tuple(found)


def _in_sentence(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where in a sentence something may be promised: the verb stands in the clause of the time, or just before it, or
    the clause of the time says nothing else and the verb follows."""
    clauses = [(one.start(), one.end()) for one in _CLAUSE.finditer(text, start, end)]
    told = 0
    for at, (begins, ends) in enumerate(clauses):
        if begins < told or not _TIME.search(text, begins, ends) or _NOT_OURS.search(text[begins:ends].strip()):
            continue
        before = clauses[at - 1] if at else (begins, begins)
        behind = clauses[at + 1] if at + 1 < len(clauses) else (ends, ends)
        if _VERB.search(text[begins:ends]):
            first, told = begins, ends
        elif _promises(text, before):
            first, told = before[0] if before[0] >= told else begins, ends
        elif _is_adverbial(text[begins:ends].strip()) and _promises(text, behind):
            first, told = begins, behind[1]
        else:
            continue
        yield first, told


def _promises(text: str, clause: tuple[int, int]) -> bool:
    """Whether a clause has a verb of promise and is not about something else."""
    said = text[slice(*clause)].strip()
    return _VERB.search(said) is not None and _NOT_OURS.search(said) is None


def _is_adverbial(clause: str) -> bool:
    """Whether a clause tells a time and nothing else: it ends with it."""
    return any(time.end() >= len(clause) - 1 for time in _TIME.finditer(clause))
