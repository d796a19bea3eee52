"""Every sentence of the regulations stands in exactly one clause, word for word.

The texts are the published ones, without the names of Huainan's leading group and without Wendeng's blank forms.
"""

import re
from pathlib import Path

import pytest

from bihuan.policy.loader import SHIPPED, load

TEXTS = Path(__file__).parent / "texts"
BEYOND = {
    "huainan-2021-55": {"HN-F1", "HN-F2", "HN-F3"},
    "wendeng-2021-10": {"WD-F2", "WD-F3", "WD-F4", "WD-F5"},
}
"""Clauses of what is left out of the texts: names, forms, charts."""
FRAMES = {
    "huainan-2021-55": (
        "淮南市人民政府办公室关于印发淮南市清单化闭环式解决群众诉求事项实施方案的通知淮府办秘〔2021〕55号"
        "各县、区人民政府，市政府各部门、各直属机构：",
        "2021年11月19日淮南市清单化闭环式解决群众诉求事项实施方案",
        "加强组织领导。",
    ),
    "wendeng-2021-10": (
        "中共威海市文登区委办公室文件威文办发〔2021〕10号区委办公室区政府办公室印发"
        "《关于进一步健全完善群众诉求办理机制的实施意见》的通知",
        "中共威海市文登区委办公室威海市文登区人民政府办公室2021年5月21日关于进一步健全完善群众诉求办理机制的实施意见",
        "-附件：1.群众诉求办理工作监督、考核、问责制度2.“首接负责”工作机制落实情况备案表"
        "3.“吹哨报到”工作机制落实情况备案表4.“首接负责”工作机制流程图5.“吹哨报到”工作机制流程图附件1"
        "群众诉求办理工作监督、考核、问责制度",
    ),
}
"""What frames the sentences besides numbered headings: titles, addresses, dates, lists of annexes."""
HEADING = re.compile(
    r"[一二三四五六]、[^。，；]{1,16}?(?=（一）|$)|（[一二三四]）(?:[^。，；]{1,12}。?(?=$|1\.))?|第.{1,2}条|[（(]?\d[.)）]|[，；]"
)


def bare(text: str) -> str:
    """Without white space: the published text breaks its lines anywhere."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("name", FRAMES)
def test_every_sentence_stands_in_one_clause(name: str) -> None:
    text, at, between = bare((TEXTS / f"{name}.txt").read_text(encoding="utf-8")), 0, list[str]()
    for clause in load(SHIPPED / f"{name}.toml").clauses.values():
        if clause.id not in BEYOND[name]:
            found = text.find(said := bare(clause.text), at)
            assert found >= 0, f"{clause.id} is not what is published, or not in its order"
            between.append(text[at:found])
            at = found + len(said)
    left = "\n".join([*between, text[at:]])
    for frame in FRAMES[name]:
        assert left.count(frame) == 1, frame
        left = left.replace(frame, "\n")
    assert [piece for piece in left.split("\n") if HEADING.sub("", piece)] == []
