"""The search: every two characters or more that stand in a request find it, and nothing else does."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.cases import queries as cases
from bihuan.cases.models import Case, CaseText
from bihuan.cases.types import Act, CaseFilters
from bihuan.clockwork import jobs
from bihuan.intake import commands, queries
from bihuan.intake.letters import Letter, digest_of, searched
from bihuan.intake.types import Register
from bihuan.localities import commands as localities
from bihuan.localities.types import RenameLocality
from bihuan.privacy import commands as privacy
from bihuan.privacy.types import Erase, EraseGround
from bihuan.record.searching import OFTEN, holders
from bihuan.text.folding import grams
from bihuan.text.questions import terms
from tests.api.clients import Staff
from tests.localities.listing import with_list
from tests.towns import START, Town
from tests.walks import Walk
from tests.walls.roles import as_a_job
from tests.web.officials import Office

pytestmark = pytest.mark.django_db
A = Act

LETTER = {
    "title": "丽景新城12栋前車位被占",
    "content": "砚台坡路与9号线站口之间，鑫泓甬公司把車位圈起来收费。联系闫旻：0631-8450000，车牌鲁KA37F9，"
    "路灯杆编号Ｂ０７－１２。",
    "place": "世纪大道１２３号",
    "origin_number": "SZ-2025-000417",
}
FINDS = (
    *("丽景新城", "丽景", "景新城12栋", "12栋", "2栋前", "砚台坡路", "9号线", "号线站", "鑫泓甬", "闫旻", "收费"),
    *("0631-8450000", "（0631）8450000", "06318450000", "8450000", "车位", "車位", "ka37f9", "KA37", "Ｂ０７"),
    *("路灯杆编号b07", "世纪大道123号", "大道１２３", "123号", "SZ-2025-000417", "sz-2025", "000417"),
)
FINDS_NOT = (
    *("丽景花园", "2栋后", "19号线", "11栋", "鑫甬泓", "0631-8450001", "路灯不亮", "闫旻联系", "栋12", "公交"),
    "123号楼",
)


def registered(town: Town, **said: Any) -> str:
    fields = Register.model_validate(
        {"channel": town.channel, "appeal_type": "HELP", "anonymous": True, "title": "无", "content": "无", **said}
    )
    return commands.register(fields=fields, actor=town.actor("desk.registrar"), now=START).number


def found(town: Town, asked: str, short: str = "desk.registrar") -> list[str]:
    rows = cases.ledger(town.actor(short), CaseFilters(words=asked), now=START, limit=200)
    return [row.number for row in rows]


def test_names_numbers_and_words_of_a_request_find_it_however_they_are_written(wendeng: Town) -> None:
    number = registered(wendeng, **LETTER)
    registered(wendeng, title="绿化带枯死", content="建设街南侧的绿化带已经枯死，请补种。")
    assert {asked: found(wendeng, asked) for asked in FINDS} == {asked: [number] for asked in FINDS}
    assert {asked: found(wendeng, asked) for asked in FINDS_NOT} == {asked: [] for asked in FINDS_NOT}
    assert found(wendeng, number[4:]) == [number]
    assert found(wendeng, "12 栋 收费") == [number]
    assert found(wendeng, "12栋 枯死") == [], "both must stand in it"


def test_what_only_its_pairs_hold_is_not_found(wendeng: Town) -> None:
    registered(wendeng, title="号码", content="来电1232，又来电2312、33。王家路口、路口王家。")
    for asked in ("12312", "2323", "家路口王家路", "333", "33 333"):
        assert found(wendeng, asked) == [], asked
    assert len(found(wendeng, "路口王家")) == 1


@pytest.mark.parametrize("works_as", [nullcontext, as_a_job])
def test_what_is_kept_of_imported_letters_are_the_grams_of_what_they_say(
    wendeng: Town, works_as: Callable[[], AbstractContextManager[None]]
) -> None:
    """The owner copies them, a job inserts them one by one: both in the binary format of an array."""
    wendeng.actor("desk.registrar")
    with works_as():
        numbers = _imported(wendeng, ["路灯，不亮𠀀", "𠀀", "。"])
    for row in CaseText.objects.filter(case__number__in=numbers):
        assert row.grams is not None
        assert set(row.grams) == set(grams(row.folded))


def test_what_many_requests_hold_is_found_like_what_few_do(wendeng: Town) -> None:
    """Where few have the grams their texts are asked beforehand, where many have, as the ledger comes upon them."""
    mistaken, right, other = "王家路边，李家路口", "王家路口，李家路边", "绿化带，王家路口"
    numbers = _imported(wendeng, [right, *[mistaken] * OFTEN, right, other])
    many, few = terms("王家路口"), terms("绿化带 王家路口")
    assert holders("cases_holding", many) is None
    assert (holders("cases_holding", few) or []) == [Case.objects.get(number=numbers[-1]).pk]
    wanted = [numbers[-1], numbers[-2], numbers[0]]
    assert found(wendeng, "王家路口") == wanted
    assert found(wendeng, "绿化带 王家路口") == wanted[:1]
    assert len(found(wendeng, "王家 李家 路口")) == len(numbers) - 1, "each of them is one pair"
    for asked in ("王家路口", "绿化带 王家路口"):
        assert found(wendeng, asked, "unit.handler") == [], asked
        filters = CaseFilters(words=asked, place="王家路口")
        assert cases.ledger(wendeng.actor("desk.registrar"), filters, now=START) == [], "it is no place of theirs"
    newest = Case.objects.get(number=wanted[0]).pk
    rows = cases.ledger(wendeng.actor("desk.registrar"), CaseFilters(words="王家路口"), now=START, after=newest)
    assert [row.number for row in rows] == wanted[1:]


def test_candidates_beyond_a_number_are_not_asked_beforehand(wendeng: Town) -> None:
    _imported(wendeng, ["王家路口"] * 3)
    (term,) = terms("王家路口")
    with connection.cursor() as cursor:
        for most, told in ((3, 3), (2, None)):
            asked = [list(term.grams), [term.folded], 1000, 1000, most]
            cursor.execute("SELECT cardinality(cases_holding(%s::int4[], %s::text[], %s, %s, %s))", asked)
            assert cursor.fetchone() == (told,)


SIGNS = st.sampled_from("路灯车位号楼水费12ab，")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_exactly_the_requests_that_contain_it_are_found(wendeng: Town, data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.text(SIGNS, min_size=2, max_size=14).filter(_within), min_size=2, max_size=8))
    numbers = _imported(wendeng, texts)
    for _ in range(4):
        text = data.draw(st.sampled_from(texts))
        first = data.draw(st.integers(0, len(text) - 2))
        asked = text[first : data.draw(st.integers(first + 2, len(text)))].strip("，")
        if not _within(asked):
            continue
        said = {number: f"{_one(text)}，{number}" for number, text in zip(numbers, texts, strict=True)}
        holding = {number for number, text in said.items() if _one(asked) in text}
        assert set(found(wendeng, asked)) & set(numbers) == holding, asked


def _one(text: str) -> str:
    return "，".join(filter(None, text.split("，")))


def _within(text: str) -> bool:
    """Whether two characters stand side by side."""
    return any(len(part) > 1 for part in text.split("，"))


def _imported(town: Town, texts: list[str]) -> list[str]:
    forms = [
        Register.model_validate(
            {"channel": town.channel, "appeal_type": "HELP", "anonymous": True, "title": "无", "content": text}
        )
        for text in texts
    ]
    letters = [Letter(n, one, (), digest_of(one), searched(one)) for n, one in enumerate(forms)]
    return [
        done.number for done in commands.register_many(letters=letters, actor=town.actor("desk.registrar"), now=START)
    ]


def test_a_place_from_the_list_and_what_was_added_later_find_it_too(wendeng: Town) -> None:
    with_list(wendeng)
    walk = Walk(wendeng)
    walk.do(A.REGISTER, place_code="990102001", place="东头")
    assert found(wendeng, "柳林镇花园村东头") == [walk.number]
    assert found(wendeng, "灯杆编号0317") == []
    walk.do(A.ACCEPT)
    walk.do(A.SUPPLEMENT, text="东门左手，灯杆编号0317。")
    assert found(wendeng, "灯杆编号0317") == [walk.number]


def test_a_case_is_found_by_the_present_name_of_its_place(wendeng: Town) -> None:
    with_list(wendeng)
    there = registered(wendeng, place_code="990102001", place="1-3号")
    registered(wendeng, place_code="990101001")
    fields = RenameLocality(name="杨林镇", basis="区划调整批复")
    localities.rename(code="990102", fields=fields, actor=wendeng.actor("chief"), now=START)
    assert found(wendeng, "杨林镇花园村") == []
    jobs.index(0)
    assert (found(wendeng, "杨林镇花园村1-3号"), found(wendeng, "柳林镇")) == ([there], [])
    assert commands.follow_names() == 0


def test_who_takes_no_part_finds_nothing(wendeng: Town) -> None:
    registered(wendeng, **LETTER)
    assert found(wendeng, "丽景新城", "unit.handler") == []


def test_an_erased_request_is_found_by_nothing_that_it_said(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.do(A.REGISTER, content="砚台坡路的路灯")
    walk.do(A.WITHDRAW)
    assert found(wendeng, "砚台坡路") == [walk.number]
    privacy.erase(
        number=walk.number,
        fields=Erase(ground=EraseGround.REQUESTED, basis="个人信息删除申请"),
        actor=walk.actor("clockwork"),
        now=walk.now,
    )
    assert found(wendeng, "砚台坡路") == []
    row = CaseText.objects.get(case__number=walk.number)
    assert (row.content, row.folded, row.grams, row.words) == ("", "", [], "")


def _as_before_the_upgrade() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_casetext SET folded = '', grams = NULL, words = to_tsvector('simple', content)")


def test_requests_of_before_are_indexed_by_a_job_with_all_that_they_hold(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.do(A.REGISTER, **LETTER)
    walk.do(A.ACCEPT)
    walk.do(A.SUPPLEMENT, text="灯杆编号0317。")
    _as_before_the_upgrade()
    assert (found(wendeng, "丽景新城"), queries.not_indexed()) == ([], 1)
    walk.do(A.SUPPLEMENT, text="又及：井盖松动。")
    assert found(wendeng, "井盖松动") == [], "all of it together, by the job"
    jobs.index(0)
    row = CaseText.objects.get(case__number=walk.number)
    assert row.grams is not None
    assert row.words == "", "what the citizen said stands in no index that nobody empties"
    for asked in (*FINDS, "灯杆编号0317", "井盖松动", walk.number[4:]):
        assert found(wendeng, asked) == [walk.number], asked
    assert queries.not_indexed() == 0
    jobs.index(0)


def test_a_batch_is_the_newest_and_the_next_goes_on_from_there(wendeng: Town) -> None:
    numbers = [registered(wendeng, title=f"第{n}件") for n in range(3)]
    _as_before_the_upgrade()
    assert commands.index_next(most=2) == 2
    assert (found(wendeng, "第2件"), found(wendeng, "第0件")) == ([numbers[2]], [])
    assert [commands.index_next(most=2) for _ in range(2)] == [1, 0]


def test_until_the_job_is_done_the_page_says_what_cannot_be_found_yet(wendeng: Town) -> None:
    office = Office(wendeng)
    office.register()
    told = "正在重建检索索引"
    assert told not in office["desk.registrar"].read("/cases/?q=路灯").text
    _as_before_the_upgrade()
    page = office["desk.registrar"].read("/cases/?q=路灯")
    assert told in page.text
    assert "没有符合条件的" in page.text
    assert told not in office["unit.handler"].read("/cases/?q=路灯").text, "no case of theirs is missing"
    assert told not in office["desk.registrar"].read("/cases/").text
    jobs.index(0)
    assert told not in office["desk.registrar"].read("/cases/?q=路灯").text


def test_the_api_finds_by_the_same_rule_and_refuses_one_character(wendeng: Town) -> None:
    staff = Staff(wendeng)
    number = staff.register(title="丽景新城12栋漏水")["number"]
    desk = staff["desk.registrar"]
    assert [row["number"] for row in desk.get("/cases?words=麗景新城").json()["items"]] == [number]
    assert desk.get("/cases?words=丽景花园").json()["items"] == []
    refused = desk.get("/cases?words=栋")
    assert (refused.status_code, refused.json()["field"]) == (422, "words")
    assert "请输入两个字以上" in refused.content.decode()
