"""The shipped regulations, and what the loader refuses."""

import os
import re
from functools import lru_cache
from pathlib import Path

import pytest

from bihuan.policy import loader, norms, reading
from bihuan.policy.limits import Limit
from bihuan.policy.loader import SHIPPED, PackError, all_packs, load, pack
from bihuan.policy.reading import _digest
from bihuan.vetting.check import check

INVENTED = Path(__file__).parent.parent / "packs"


@pytest.fixture(autouse=True)
def _shipped_packs_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests have the invented regulation beside the shipped ones."""
    monkeypatch.delenv("BIHUAN_PACKS", raising=False)


def test_both_regulations_and_the_invented_one_are_found_by_id_and_by_version() -> None:
    assert [p.ref for p in all_packs()] == ["huainan-2021-55/1", "wendeng-2021-10/1"]
    assert pack("wendeng-2021-10") is pack("wendeng-2021-10/1")
    assert pack("qingshan-2030-3", folders=[INVENTED]).case_prefix == "QS"
    with pytest.raises(KeyError, match=r"no regulation pack 'nowhere'; there are huainan-2021-55"):
        pack("nowhere")


def test_a_folder_of_further_packs_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_PACKS", str(INVENTED))
    assert pack("qingshan-2030-3").ref == "qingshan-2030-3/1"


def test_new_and_changed_files_are_seen_without_a_restart_and_wrong_ones_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """F50: until somebody restarted the site a new pack was not there."""
    monkeypatch.setenv("BIHUAN_PACKS", str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)
    text = (INVENTED / "qingshan-2030-3.toml").read_text(encoding="utf-8")
    asked = list[str]()

    @loader.of_packs
    @lru_cache
    def prefix(ref: str) -> str:
        asked.append(ref)
        return pack(ref).case_prefix

    with pytest.raises(KeyError):
        pack("qingshan-2030-3")
    (tmp_path / "qingshan.toml").write_text(text, encoding="utf-8")
    loader.look_again()
    assert prefix("qingshan-2030-3/1") == "QS"
    (tmp_path / "wrong.toml").write_text("id = 1", encoding="utf-8")
    loader.look_again()
    assert prefix("qingshan-2030-3/1") == "QS"
    assert "wrong.toml:1" in caplog.text
    (tmp_path / "wrong.toml").write_text(text.replace("version = 1\n", "version = 2\n"), encoding="utf-8")
    loader.look_again()
    assert pack("qingshan-2030-3").version == 2
    assert prefix("qingshan-2030-3/1") == "QS"
    assert len(asked) == 3, "what was remembered of packs was forgotten"
    loader.look_again()
    assert prefix("qingshan-2030-3/1") == "QS"
    assert len(asked) == 3


HOSTILE = {
    "deep": "x = " + "[" * 5_000 + "]" * 5_000,
    "deep by dots": ".".join("a" * 2_000) + " = 1",
    "deep in one clause": '[[clause]]\nid = "一"\ntext = "二"\nnorms = ' + "[" * 40 + "]" * 40,
    "digits": "version = " + "9" * 5_000,
    "digits in hex": "version = 0x" + "f" * 5_000,
    "large": "#" * (reading.LARGEST + 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_nobody_would_write_stops_nobody_else(name: str, tmp_path: Path) -> None:
    """It raised what nobody expected, and no city could work any more; `bihuan pack check` broke off."""
    path = tmp_path / "hostile.toml"
    path.write_text(f'id = "hostile"\n{HOSTILE[name]}\n', encoding="utf-8")
    (fault,) = check(path).faults
    assert re.search("超过16层|过大的整数|文件超过1MB", fault.what), fault.what
    found = loader.library(folders=[tmp_path])
    assert list(found.wrong) == [path]
    assert pack("wendeng-2021-10", folders=[tmp_path]).ref == "wendeng-2021-10/1"


def test_no_pack_stands_in_the_place_of_a_version_of_another(tmp_path: Path) -> None:
    text = (INVENTED / "qingshan-2030-3.toml").read_text(encoding="utf-8")
    (tmp_path / "other.toml").write_text(text.replace("qingshan-2030-3", "wendeng-2021-10/1"), encoding="utf-8")
    assert pack("wendeng-2021-10/1", folders=[tmp_path]).id == "wendeng-2021-10"
    (error,) = loader.library(folders=[tmp_path]).wrong.values()
    assert "中不能有“/”" in str(error)


def test_what_is_no_file_stops_nobody_and_what_is_hidden_is_no_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor that opens a pack lays a link beside it that leads nowhere: every answer of the site broke on it."""
    monkeypatch.setenv("BIHUAN_PACKS", str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)
    assert pack("wendeng-2021-10").ref == "wendeng-2021-10/1"
    (tmp_path / ".#qingshan.toml").symlink_to("somebody@host.4711:1")
    (tmp_path / "._qingshan.toml").write_bytes(b"\x00\x05\x16\x07")
    loader.look_again()
    assert not loader.library().wrong, "they are no packs"
    (tmp_path / "nowhere.toml").symlink_to(tmp_path / "gone")
    (tmp_path / "circle.toml").symlink_to(tmp_path / "circle.toml")
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")
    loader.look_again()
    told = {path.name: error.faults[0].what for path, error in loader.library().wrong.items()}
    assert told.keys() == {"gone", "circle.toml", "folder.toml", "pipe.toml"}
    assert told["pipe.toml"] == told["folder.toml"] == "不是普通文件"
    assert pack("wendeng-2021-10").ref == "wendeng-2021-10/1"


def test_a_newer_version_is_found_by_id_and_the_older_one_stays(tmp_path: Path) -> None:
    text = (INVENTED / "qingshan-2030-3.toml").read_text(encoding="utf-8")
    (tmp_path / "qingshan.toml").write_text(text, encoding="utf-8")
    (tmp_path / "qingshan-v2.toml").write_text(text.replace("version = 1\n", "version = 2\n"), encoding="utf-8")
    assert pack("qingshan-2030-3", folders=[tmp_path]).ref == "qingshan-2030-3/2"
    assert pack("qingshan-2030-3/1", folders=[tmp_path]).version == 1
    both = loader.library(folders=[tmp_path, INVENTED])
    assert both.files["qingshan-2030-3/1"] == tmp_path / "qingshan.toml", "the first holds"
    (error,) = both.wrong.values()
    assert "qingshan-2030-3/1 已在另一个文件中" in str(error)


def test_f119_a_wrong_file_makes_its_own_name_unusable_and_nothing_else(tmp_path: Path) -> None:
    text = (INVENTED / "qingshan-2030-3.toml").read_text(encoding="utf-8")
    (tmp_path / "a.toml").write_text(text.replace("dispatch.sign-in", "dispatch.signin"), encoding="utf-8")
    (tmp_path / "b.toml").write_text("id = [", encoding="utf-8")
    (tmp_path / "c.toml").write_bytes('id = "elsewhere"\nversion = 2\ntext = "某市"'.encode("gb18030"))
    found = loader.library(folders=[tmp_path])
    assert pack("wendeng-2021-10", folders=[tmp_path]).ref == "wendeng-2021-10/1"
    assert {path.name for path in found.wrong} == {"a.toml", "b.toml", "c.toml"}
    for ref in ("qingshan-2030-3/1", "qingshan-2030-3"):
        with pytest.raises(loader.Unusable, match=r"a\.toml:\d+: 条款 青-三：程序没有规范 dispatch\.signin"):
            pack(ref, folders=[tmp_path])
    with pytest.raises(loader.Unusable, match="GBK"):
        pack("elsewhere/2", folders=[tmp_path])
    with pytest.raises(KeyError):
        pack("nowhere", folders=[tmp_path])


def test_f119_an_older_version_holds_beside_a_wrong_newer_one(tmp_path: Path) -> None:
    text = (INVENTED / "qingshan-2030-3.toml").read_text(encoding="utf-8")
    (tmp_path / "one.toml").write_text(text, encoding="utf-8")
    (tmp_path / "two.toml").write_text(text.replace("version = 1\n", "version = 2\n") + "\n[more]\n", encoding="utf-8")
    assert pack("qingshan-2030-3", folders=[tmp_path]).version == 1
    with pytest.raises(loader.Unusable):
        pack("qingshan-2030-3/2", folders=[tmp_path])


def test_a_norm_is_cited_by_its_clause_or_by_the_basis_of_the_default() -> None:
    wendeng, huainan = pack("wendeng-2021-10"), pack("huainan-2021-55")
    barred = wendeng.cite(norms.RETURN_BARRED_FOR_DESIGNATED_LEAD)
    assert barred.clause_id == "WD-2.1d"
    assert barred.words == (
        "《关于进一步健全完善群众诉求办理机制的实施意见》WD-2.1d："
        "凡被指定为首接单位的，要认真履行牵头责任，不得以任何理由推脱。"
    )
    assert wendeng.cite("dispatch.limit-and-basis").words == "默认值，非文件规定（依据：北京市条例第十三条）"
    assert huainan.cite(norms.LIST_FEEDBACK_PROOF).clause_id == "HN-3.4a"
    assert huainan.cite(norms.FIRST_RECEIVER).words == norms.FIRST_RECEIVER.title, "Huainan leaves this norm off"
    assert not huainan.binds(norms.FIRST_RECEIVER)
    with pytest.raises(KeyError, match=r"huainan-2021-55/1 does not bind"):
        huainan.binding(norms.FIRST_RECEIVER)


def test_wendeng_leaves_the_list_layer_off_and_huainan_has_all_of_it() -> None:
    listing = {name for name in norms.ALL if name.startswith("listing.")}
    assert not any(pack("wendeng-2021-10").binds(name) for name in listing)
    assert all(pack("huainan-2021-55").binds(name) for name in listing)


def test_the_most_specific_limit_wins() -> None:
    huainan = pack("huainan-2021-55")
    assert huainan.limit("handle").limit == Limit.parse("10wd")
    assert huainan.limit("handle", appeal_type="CONSULT", channel="hotline").limit == Limit.parse("3wd")
    assert huainan.limit("handle", appeal_type="CONSULT", channel="rmw").limit == Limit.parse("5wd")
    urgent = huainan.limit("handle", appeal_type="CONSULT", channel="rmw", urgency="urgent")
    assert urgent.limit == Limit.parse("endOfDay")
    assert huainan.source(urgent).words == "默认值，非文件规定（依据：通行做法：紧急事项当日办理）"
    with pytest.raises(KeyError, match="wendeng-2021-10/1 sets no limit 'list_review'"):
        pack("wendeng-2021-10").limit("list_review")


def test_parameters_stand_with_their_norm() -> None:
    wendeng = pack("wendeng-2021-10")
    assert wendeng.parameter(norms.CALLBACK_ATTEMPTS, "max", 1) == 3
    assert wendeng.parameter(norms.REWORK, "max", 1) == 2
    assert wendeng.parameter(norms.REWORK, "nothing", 7) == 7
    with pytest.raises(TypeError, match="max=2"):
        wendeng.parameter(norms.REWORK, "max", "two")


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_clause_of_a_shipped_regulation_has_its_words_and_no_official_is_named(path: Path) -> None:
    shipped = load(path)
    assert all(len(clause.text) > 5 for clause in shipped.clauses.values())
    assert not re.search(r"同志|先生|女士", "".join(clause.text for clause in shipped.clauses.values()))


def test_the_catalogue_of_clauses_is_complete() -> None:
    huainan, wendeng = set(pack("huainan-2021-55").clauses), set(pack("wendeng-2021-10").clauses)
    assert {"HN-0", "HN-1.2", "HN-2.3b", "HN-3.4b", "HN-4.3", "HN-5.3", "HN-F3"} <= huainan
    assert {f"A1-7({n})" for n in range(1, 10)} | {f"A1-{n}" for n in (1, 2, 3, 5, 6, 8, 10, 11)} <= wendeng
    assert {f"WD-2.2{letter}" for letter in "abcdefghi"} | {f"WD-4{letter}" for letter in "abcdefghij"} <= wendeng
    assert {"WD-F2", "WD-F3", "WD-F4", "WD-F5"} <= wendeng
    assert (len(huainan), len(wendeng)) == (37, 112)


BASE = """\
id = "somewhere"
version = 1
case_prefix = "SW"
matter_prefix = "SWQD"

[instrument]
title = "规定"
number = "1号"
issuer = "某市"
in_force_from = 2030-01-01

[[clause]]
id = "第一条"
text = "签收。"
norms = ["dispatch.sign-in"]

[[unit_type]]
code = "hall"
label = "大厅"
capacities = ["desk"]
"""


@pytest.mark.parametrize(
    ("added", "line", "clause", "message"),
    [
        (
            '[[clause]]\nid = "二"\ntext = "x"\nnorms = ["sign.nothing"]',
            4,
            "二",
            "程序没有规范 sign.nothing",
        ),
        (
            '[[clause]]\nid = "二"\ntext = "x"\nalso = ["close.archive"]',
            4,
            "二",
            "规范 close.archive 没有在任何条款或默认值中确立",
        ),
        (
            '[[clause]]\nid = "二"\ntext = "x"\nnorms = ["listing.supervision-feedback"]',
            4,
            "二",
            "规范 listing.supervision-feedback 须与 listing.copy-to-supervision",
        ),
        (
            '[[default]]\nnorm = "listing.track-special"\nbasis = "x"',
            2,
            "",
            "规范 listing.track-special 须与 listing.copy-to-supervision",
        ),
        ('[[clause]]\nid = "第一条"\ntext = "x"', 2, "第一条", "[[clause]] 中已有 第一条"),
        ('[[clause]]\nid = "二"', 1, "二", "[clause] 缺少 text"),
        ('[[clause]]\nid = "二"\ntext = "x"\nowner = "y"', 4, "二", "[clause] 没有 owner 这一项"),
        (
            '[[clause]]\nid = "二"\ntext = "x"\norganisational = true\nnorms = ["close.archive"]',
            4,
            "二",
            "组织措施（organisational）不能再写规范",
        ),
        (
            '[[clause]]\nid = "二"\ntext = "x"\npartly = "缺考核"',
            4,
            "二",
            "部分落实（partly）的，要写明由哪些规范（norms）落实",
        ),
        (
            '[[clause]]\nid = "二"\ntext = "x"\nnorms = ["dispatch.sign-in"]',
            4,
            "二",
            "规范 dispatch.sign-in 已由“第一条”确立",
        ),
        ('[[default]]\nnorm = "close.archive"', 1, "", "[default] 缺少 basis"),
        ('[[default]]\nnorm = "x.y"\nbasis = "z"', 2, "", "程序没有规范 x.y"),
        (
            '[[default]]\nnorm = "close.archive"\nbasis = "z"\nparameters = { speed = 1 }',
            4,
            "",
            "规范 close.archive 没有参数 speed",
        ),
        (
            '[[default]]\nnorm = "rework.dissatisfied"\nbasis = "z"\nparameters = { max = "2" }',
            4,
            "",
            "规范 rework.dissatisfied 的参数 max 应为整数",
        ),
        ('[[limit]]\nname = "handle"\nlimit = "5wd"', 2, "", "时限 handle 既没有条款（clause）也没有依据（basis）"),
        ('[[limit]]\nname = "handle"\nlimit = "5 days"\nbasis = "x"', 3, "", "5 days 不是时限"),
        ('[[limit]]\nname = "handel"\nlimit = "5wd"\nbasis = "x"', 2, "", "程序没有时限 handel"),
        ('[[limit]]\nname = "handle"\nlimit = "5wd"\nclause = "九"', 4, "九", "没有条款 九"),
        (
            '[[limit]]\nname = "handle"\nlimit = "5wd"\nbasis = "x"\nchannel = "fax"',
            5,
            "",
            "没有渠道 fax",
        ),
        (
            '[[limit]]\nname = "review"\nlimit = "1wd"\nbasis = "x"\n' * 2,
            6,
            "",
            "时限 review 对同样的诉求设了两次",
        ),
        (
            '[[channel]]\ncode = "a"\nnumber = "1"\nlabel = "b"\nowner_unit_type = "hall"',
            3,
            "",
            "渠道编号（number）应为两位数字",
        ),
        (
            '[[channel]]\ncode = "a"\nnumber = "01"\nlabel = "b"\nowner_unit_type = "moon"',
            5,
            "",
            "没有单位类型 moon",
        ),
        ('[[unit_type]]\ncode = "b"\nlabel = "c"\ncapacities = ["fly"]', 4, "", "单位没有 fly 这种职能"),
        ('[[post]]\ncode = "head"\nlabel = 3', 3, "", "label 应为文字（写在英文双引号里），不能是 3"),
        ("[hours]\nopens = 18:00:00\ncloses = 09:00:00", 1, "", "办公时间应按上班、午休起止、下班的先后排列"),
        ("[[stairs]]\nstep = 1", 1, "", "规则文件没有 [stairs] 这种表"),
        ('[[clause]]\nid = "二', 2, "", "不是正确的 TOML：有不能用的字符"),
    ],
)
def test_what_is_wrong_is_refused_with_file_line_and_clause(
    tmp_path: Path, added: str, line: int, clause: str, message: str
) -> None:
    path = tmp_path / "somewhere.toml"
    path.write_text(f"{BASE}\n{added}\n", encoding="utf-8")
    with pytest.raises(PackError) as refused:
        load(path)
    assert message in str(refused.value)
    line += BASE.count("\n") + 1
    assert str(refused.value).startswith(f"{path}:{line}: ")
    assert refused.value.clause == clause


def test_lines_are_told_right_after_a_text_of_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "somewhere.toml"
    path.write_text(BASE + '\n[[clause]]\nid = "二"\ntext = """\n[[limit]]\nname = 1\n"""\n\n[[limit]]\nname = "x"\n')
    with pytest.raises(PackError, match=r"somewhere\.toml:30: 程序没有时限 x"):
        load(path)


def test_a_pack_without_instrument_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "somewhere.toml"
    path.write_text('id = "a"\nversion = 1\ncase_prefix = "A"\nmatter_prefix = "B"\n', encoding="utf-8")
    with pytest.raises(PackError, match="缺少 title"):
        load(path)


def test_the_digest_of_a_law_stays_what_it_is_from_release_to_release() -> None:
    """F118: another way to reckon it would stop every city."""
    clause = {"id": "A-1", "text": "应当签收。", "norms": ["dispatch.sign-in"], "partly": "x", "also": ["y"]}
    law = {"id": "a", "version": 1, "clause": [clause], "limit": [{"name": "sign_in", "limit": "1wd", "basis": "x"}]}
    assert _digest(law) == "ab5d038cdd7efaf04045ad7f9c1323917215833e89b2b48218f0fd7bdcec3292"
    assert _digest(law | {"name": [{"code": "desk", "label": "平台"}]}) == _digest(law), "F115: a name is no law"
