"""`bihuan pack diff`: what another version of a regulation says otherwise."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bihuan.cli.pack import command
from tests.vetting.edits import Edit, add, base, ground, limit, no_limit, off, put, without


def told(folder: Path, *edits: Edit) -> str:
    text = base("wd")
    (folder / "one.toml").write_text(text, encoding="utf-8")
    for edit in edits:
        text = edit(text)
    (folder / "two.toml").write_text(text, encoding="utf-8")
    said = CliRunner().invoke(command, ["diff", str(folder / "one.toml"), str(folder / "two.toml")])
    assert said.exit_code == 0, said.output
    return said.output


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: text, "内容相同。"),
        (put("in_force_from = 2021-05-21", "in_force_from = 2022-01-01"), "修改施行日期：2021-05-21 → 2022-01-01"),
        (put("不得以任何理由推脱", "可以说明理由"), "修改条款 WD-2.1d："),
        (add('[[clause]]\nid = "WD-9"\ntext = "附则。"'), "增加条款 WD-9（尚未实现）：附则。"),
        (off("whistle.topics"), "不再确立规范 whistle.topics（机构编制部门列出攻坚哨事项清单）"),
        (put("{ max = 3 }", "{ max = 2 }"), "规范 callback.attempts（联系不上的按规定次数回访）的参数 max：3 → 2"),
        (limit("review", "9wd"), "时限 review（审核）："),
        (no_limit("archive"), "删去时限 archive（归档）"),
        (
            add('[[limit]]\nname = "review"\nappeal_type = "CONSULT"\nlimit = "1wd"\nbasis = "x"'),
            "增加时限 review（审核，CONSULT）：1个工作日",
        ),
        (add('[[channel]]\ncode = "app"\nnumber = "99"\nlabel = "客户端"\nowner_unit_type = "centre"'), "增加渠道 app"),
        (put('label = "主要负责人"', 'label = "一把手"'), "修改职务 head（一把手）"),
        (add('[[urgency]]\ncode = "extreme"\nlabel = "特急"\nurgent = true'), "增加紧急程度 extreme（特急）"),
        (add(ground()), "增加终止办理的理由 sued（已起诉）"),
        (without("ground", "code", "secret"), "删去不予受理的理由 secret（涉及国家秘密、商业秘密、个人隐私）"),
        (put('label = "无实质内容或恶意骚扰"', 'label = "恶意骚扰"'), "修改不予受理的理由 unfounded（恶意骚扰）"),
        (
            put('capacities = ["handling", "determination"]', 'capacities = ["handling"]'),
            "修改单位类型 justice（区司法局）：capacities determination、handling → handling",
        ),
        (put("needs_superior = true", "needs_superior = false"), "：needs_superior true → false"),
        (put('label = "主要负责人"', 'label = "一把手"'), "：label 主要负责人 → 一把手"),
        (put('case_prefix = "SW"', 'case_prefix = "XW"'), "修改 case_prefix：SW → XW"),
    ],
)
def test_each_difference_is_told(edit: Edit, words: str, tmp_path: Path) -> None:
    assert words in told(tmp_path, edit)


def test_norms_and_limits_of_shipped_packs_are_told_by_their_names() -> None:
    said = CliRunner().invoke(command, ["diff", "wendeng-2021-10/1", "huainan-2021-55"]).output
    assert "新确立规范 listing.register（登记造册）" in said
    assert "不再确立规范 whistle.blow" in said


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    said = CliRunner().invoke(command, ["diff", "wendeng-2021-10/9", "huainan-2021-55/1"])
    assert said.exit_code == 1
    assert "没有“wendeng-2021-10/9”这个文件，也没有这个规则" in said.output
    (tmp_path / "wrong.toml").write_text("id = 1", encoding="utf-8")
    said = CliRunner().invoke(command, ["diff", "wendeng-2021-10/1", str(tmp_path / "wrong.toml")])
    assert said.exit_code == 1
    assert "wrong.toml:1: " in said.output
