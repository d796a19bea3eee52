"""A city is founded at the console: from an empty database to somebody who can sign in."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from bihuan.audit.queries import verify
from bihuan.cli import jurisdiction
from bihuan.organisations import queries
from bihuan.organisations.models import Jurisdiction, Person, Unit
from bihuan.policy import loader
from bihuan.record.queries import events
from tests.towns import found

pytestmark = pytest.mark.django_db
CITY = {
    "--code": "newcity", "--name": "新城区", "--office": "新城区群众诉求中心", "--administrator": "甲",
}  # fmt: skip


def run(*words: str, **options: str) -> tuple[int, str]:
    said = {**CITY, **{f"--{name.replace('_', '-')}": value for name, value in options.items()}}
    flat = [word for pair in said.items() if pair[1] for word in pair]
    done = CliRunner().invoke(jurisdiction.command, ["found", *flat, *words])
    return done.exit_code, done.output


def nothing_is_there() -> bool:
    return not (Jurisdiction.objects.exists() or Unit.objects.exists() or Person.objects.exists())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack folder of this test's own."""
    folder = tmp_path / "packs"
    monkeypatch.setenv(loader.MORE_FOLDERS, str(folder))
    monkeypatch.setattr(loader, "_looked_at", float("-inf"))
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A regulation that no installation has yet."""
    text = (loader.SHIPPED / "wendeng-2021-10.toml").read_text("utf-8")
    text = text.replace('id = "wendeng-2021-10"', 'id = "newcity-2026-1"', 1)
    place = tmp_path / "newcity.toml"
    place.write_text(text.replace('"WD"', '"NC"', 1).replace('"WDQD"', '"NCQD"', 1), "utf-8")
    return place


@pytest.mark.parametrize("ref", ["wendeng-2021-10", "huainan-2021-55/1"])
def test_a_city_is_founded_and_its_administrator_comes_in(ref: str) -> None:
    gate = Client().get("/sign-in/").content.decode()
    assert "bihuan jurisdiction found" in gate
    code, said = run(pack=ref)
    assert code == 0, said
    ((account, password),) = re.findall(r"系统管理员账号 (\S+)，一次性密码 (\S+)", said)
    assert account == "newcity.admin"
    assert "渠道" in said
    assert "还没有受理单位" in said
    assert "bihuan jurisdiction found" not in Client().get("/sign-in/").content.decode()
    client = Client()
    client.post("/sign-in/", {"account": account, "password": password})
    assert client.get("/units/").headers["Location"] == "/account/password/"
    new = "翠竹苑 correct horse"
    client.post("/account/password/", {"old": password, "new": new, "again": new})
    assert client.get("/units/").headers["Location"] == "/account/second-factor/"
    place = queries.jurisdiction("newcity")
    assert (place.training, place.second_factor) == (False, True)
    for subject in ("jurisdiction:newcity", "unit:newcity.office", f"person:{account}"):
        first = events(subject)[0]
        assert (first.account, first.name) == ("console", "控制台（运维人员）"), subject
        assert password not in str((first.sentence, first.facts, first.private))
    assert verify().clean


def test_two_administrators_and_a_training_city(folder: Path) -> None:
    code, said = run("--administrator", "乙", "--account", "chief", "--training", pack="wendeng-2021-10", prefix="XC")
    assert code == 0, said
    assert re.findall(r"系统管理员账号 (\S+)，", said) == ["chief", "newcity.admin1"]
    place = queries.jurisdiction("newcity")
    assert (place.prefix, place.matter_prefix, place.training) == ("XC", "XCQD", True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"code": "New City"}, "辖区代码：格式不对：小写字母开头，可用数字和横线，如 xincheng（--code）"),
        ({"name": " "}, "辖区名称：请填写（--name）"),
        ({"office": "字" * 65}, "不能超过64个字（--office）"),
        ({"prefix": "x1"}, "须为2至8个大写字母"),
        ({"prefix": "TOOLONGS"}, "最多6个"),
        ({"pack": "nowhere"}, "没有规则包“nowhere”。现有：baihe-2032-1/1、huainan-2021-55/1、"),
        (
            {"account": "大写"},
            "格式不对：小写字母、数字、点、横线；登录时使用，录入后不能改，如 xc.zhangsan（--account）",
        ),
        ({"administrator": ""}, "Missing option '--administrator'"),
        ({"office_type": "department"}, "首个单位须是受理平台或清单管理机构，可选的类型：centre"),
        ({"office_type": "nothing"}, "首个单位须是受理平台或清单管理机构"),
        ({"pack": ""}, "--pack-file"),
    ],
    ids=str,
)
def test_what_is_malformed_is_told_and_nothing_is_kept(options: dict[str, str], words: str) -> None:
    code, said = run(**{"pack": "wendeng-2021-10", **options})
    assert code != 0
    assert words in said, said
    assert nothing_is_there()


def test_what_is_taken_is_told() -> None:
    found("wd", "wendeng-2021-10/1")
    for options, words in (
        ({"code": "wd", "prefix": "XC"}, "代码“wd”已由“wd”使用"),
        ({}, "编号前缀“WD”已由“wd”使用"),
        ({"prefix": "WDQD"}, "编号前缀“WDQD”已由“wd”使用"),
        ({"prefix": "XC", "account": "wd.unit.head"}, "账号wd.unit.head已被使用"),
    ):
        code, said = run(**{"pack": "wendeng-2021-10", **options})
        assert (code, words in said) == (1, True), said
    assert [place.code for place in queries.jurisdictions()] == ["wd"]


def test_a_pack_file_is_laid_into_the_folder_and_founds_its_city(folder: Path, file: Path) -> None:
    code, said = run(pack_file=str(file))
    assert code == 0, said
    laid = folder / "newcity-2026-1-1.toml"
    assert laid.read_bytes() == file.read_bytes()
    assert queries.pack_of("newcity").case_prefix == "NC"
    assert queries.jurisdiction("newcity").pack == "newcity-2026-1/1"


def test_a_refused_founding_leaves_no_file_behind(folder: Path, file: Path) -> None:
    code, said = run(pack_file=str(file), prefix="x")
    assert (code, "大写字母" in said) == (1, True)
    assert list(folder.glob("*")) == []
    assert nothing_is_there()


def test_an_unsound_or_other_file_is_refused(folder: Path, file: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    for content in (
        file.read_bytes().replace(b'norms = ["dispatch.one-lead"]', b'norms = ["dispatch.nonsense"]'),
        file.read_text("utf-8").encode("gbk", "ignore"),
        file.read_bytes().replace(b'"newcity-2026-1"', '"../新城"'.encode(), 1),
        file.read_bytes().replace(b'"newcity-2026-1"', b'"wendeng-2021-10"', 1),
        file.read_bytes().replace(b'code = "administrator"', b'code = "caretaker"', 1),
    ):
        broken.write_bytes(content)
        code, said = run(pack_file=str(broken))
        assert (code, "规则包" in said) == (1, True), said
    assert nothing_is_there()
    assert list(folder.glob("*")) == []


def test_what_still_lacks_is_told_at_the_console() -> None:
    run(pack="wendeng-2021-10")
    done = CliRunner().invoke(jurisdiction.command, ["check", "newcity"])
    assert done.exit_code == 1
    assert "[必须] 渠道“12345政务服务热线”还没有受理单位（/units/channels/）" in done.output
    assert "[建议] 系统管理员只有一位" in done.output
    assert CliRunner().invoke(jurisdiction.command, ["check", "nowhere"]).exit_code == 1
    assert CliRunner().invoke(jurisdiction.command, ["list"]).output == (
        "newcity\t新城区\twendeng-2021-10/1\t正式\n"
    )  # fmt: skip
