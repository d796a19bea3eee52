"""Story 12: a regulation is amended. From a midnight of the training clock's future both versions live side by side."""

from datetime import timedelta
from pathlib import Path

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act, DutyKind, Stage
from bihuan.duties.models import Duty
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import Adopt
from bihuan.policy import loader
from bihuan.vetting.adoption import weigh
from tests.audit.tampering import found as found_wrong
from tests.towns import found, put_ahead, settle
from tests.vetting.edits import Edit, base, limit, put
from tests.walks import Walk
from tests.web.officials import Office

pytestmark = pytest.mark.django_db
ID = "somewhere-2031-1"
TO_THE_END = (Act.SIGN_IN, Act.ANSWER, Act.SIGN_OFF, Act.APPROVE, Act.RECORD_CALLBACK, Act.CLOSE)
OLD, NEW = "不得以任何理由推脱", "确有困难的应当说明"


def written(folder: Path, version: int, *edits: Edit) -> None:
    """A version of the regulation in its folder."""
    text = put("version = 1", f"version = {version}")(base("wd"))
    for edit in edits:
        text = edit(text)
    (folder / f"{version}.toml").write_text(text, encoding="utf-8")
    loader.look_again()


def test_an_amended_regulation_and_the_former_one_live_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)
    written(tmp_path, 1)
    town = found("sw", f"{ID}/1", prefix="SWX")
    settle("sw", town.desk, "chief", "administrator")
    office = Office(town)
    old = Walk(town, office.began).along(Act.REGISTER, Act.DISPATCH)

    # 周一：区政府印发修订文件，管理员确定自周二起采用；在此以前登记的仍按原来的版本
    written(tmp_path, 2, limit("sign_in", "2wd"), put(OLD, NEW))
    chief = queries.by_account("sw.chief", at=office.began - queries.jurisdiction("sw").offset)
    assert chief is not None
    tuesday = queries.today(office.began) + timedelta(days=1)
    fields = Adopt(pack=f"{ID}/2", from_on=tuesday, basis="区政办发〔2026〕12号", approver="某区长")
    weighed = weigh(fields, chief)
    assert [line for line in weighed.difference if NEW in line]
    assert weighed.keeping == Duty.objects.filter(discharged_at__isnull=True).count()
    commands.adopt_pack(jurisdiction="sw", fields=fields, checked=weighed.digest, actor=chief.actor, now=old.now)
    clerk, page = office["unit.handler"], f"/regulations/{ID}/"
    assert (OLD in clerk.read(page).text, NEW in clerk.read(page).text) == (True, False)
    assert NEW in clerk.read(f"{page}?version=2").text

    # 周二：两个版本并行，各按各的时限和条文办到办结
    new = Walk(town, put_ahead("sw", timedelta(days=1))).along(Act.REGISTER, Act.DISPATCH)
    assert (OLD in clerk.read(page).text, NEW in clerk.read(page).text) == (False, True)
    signing = Duty.objects.filter(kind=DutyKind.SIGN_IN).order_by("id")
    assert [(duty.pack, duty.limit) for duty in signing] == [(f"{ID}/1", "1wd"), (f"{ID}/2", "2wd")]
    old.at(new.now)
    for walk in (old, new):
        walk.along(*TO_THE_END)
        assert walk.facts.stage is Stage.CLOSED
    assert [walk.facts.pack for walk in (old, new)] == [f"{ID}/1", f"{ID}/2"]
    assert verify().clean

    # 有人改动已采用的文件：核验指出来
    written(tmp_path, 2, limit("sign_in", "20wd"), put(OLD, NEW))
    (broken,) = found_wrong("jurisdiction:sw")
    assert f"规则{ID}/2的内容与采用时不同" in broken.reason
