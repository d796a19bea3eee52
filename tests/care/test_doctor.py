"""The doctor finds each illness, says what to do, and finds nothing in a healthy house."""

import json
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bihuan.care.doctor import HANZI, SCRIPTS, fonts, rare_signs
from bihuan.documents.fonts import FAMILIES
from bihuan.walls.roles import ROLE, WORKER
from tests.care.conftest import House

pytestmark = pytest.mark.xdist_group("model house")  # it is made once


def examined(house: House) -> tuple[int, dict[str, dict[str, Any]]]:
    done = house.run("doctor", "--json")
    worst: dict[str, dict[str, Any]] = {}
    for found in json.loads(done.stdout):
        if worst.get(found["check"], {"state": "ok"})["state"] == "ok":
            worst[found["check"]] = found
    return done.returncode, worst


def beside(house: House, key: str) -> str:
    """A password that lies beside the sockets of the house's server."""
    assert house.url
    return Path(str(conninfo_to_dict(house.url)["host"])).with_name(key).read_text().strip()


def do(house: House, statement: str) -> None:
    assert house.url
    with psycopg.connect(house.url, autocommit=True) as connection:
        connection.execute(statement)


def cured(house: House) -> House:
    """A worker's heartbeat, static files and a backup: what a running house has besides."""
    do(house, "INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert house.url
    site = make_conninfo(house.url, user=ROLE, password=beside(house, "site.key"))
    house.more |= {"BIHUAN_OWNER_URL": house.url, "DATABASE_URL": site}
    (house.home / "static").mkdir(exist_ok=True)
    (house.home / "static" / "staticfiles.json").write_text("{}")
    assert house.run("backup", house.home.parent / "one.backup").returncode == 0
    return house


def test_a_healthy_house_has_no_failure(settled: House) -> None:
    code, found = examined(cured(settled))
    assert {check: f for check, f in found.items() if f["state"] == "failure"} == {}
    assert code == 0
    checks = {
        "身份密钥",
        "磁盘",
        "静态文件",
        "字体",
        "备份",
        "数据库",
        "数据库结构",
        "数据库角色",
        "时钟",
        "后台任务",
        "封存",
    }
    assert {check for check in found if found[check]["state"] == "ok"} >= checks


def test_papers_without_a_chinese_font_are_a_failure_with_its_cure() -> None:
    found = dict.fromkeys(FAMILIES, ("Noto Serif CJK SC",))
    assert fonts(found).state == "ok"
    assert fonts({**found, "hei": ()}).state == "failure"
    assert "fonts-noto-cjk" in fonts({**found, "hei": ()}).advice


def test_fonts_for_rare_characters_scripts_and_emoji_are_told_with_what_to_install() -> None:
    every = rare_signs(lambda sign: True)
    assert (every.state, every.advice) == ("ok", "")
    assert "87,887个汉字中能印87,887个" in every.said
    assert "表情符号有字体" in every.said
    hanzi = rare_signs(lambda sign: sign != "𠀀" and sign not in "".join(SCRIPTS.values()))
    assert hanzi.state == "warning"
    assert "能印87,886个" in hanzi.said
    assert "藏文、蒙古文" in hanzi.said
    assert {"fonts-hanazono", "fonts-noto-core"} <= set(re.findall(r"fonts-[a-z-]+", hanzi.advice))
    names = rare_signs(lambda sign: sign in HANZI or sign in "".join(SCRIPTS.values()))
    assert (names.state, "表情符号印作名称" in names.said) == ("ok", True)


SICK = {
    "a key that others may read": ("密钥文件", "chmod 600"),
    "no key": ("身份密钥", "从备份取回"),
    "no static files": ("静态文件", "bihuan prepare"),
    "one login for everything": ("网站账号", "BIHUAN_OWNER_URL"),
    "a site that may set triggers": ("网站账号", "bihuan_app"),
    "no worker": ("后台任务", "bihuan worker"),
    "a migration missing": ("数据库结构", "bihuan prepare"),
    "a newer database": ("数据库结构", "相配的版本"),
    "days without a seal": ("封存", "bihuan seal"),
    "seals written anew": ("库外封存", "bihuan verify"),
    "a record that was changed": ("核验", "bihuan verify"),
    "a file that was to be erased": ("依法删除", "重新执行"),
    "no tables": ("表", "bihuan prepare"),
    "no database": ("数据库", "DATABASE_URL"),
}


@pytest.mark.parametrize("illness", SICK)
def test_each_illness_is_a_failure_with_its_cure(illness: str, settled: House) -> None:
    house = cured(settled)
    match illness:
        case "a key that others may read":
            (house.home / "identity.key").chmod(0o644)
        case "no key":
            (house.home / "identity.key").unlink()
        case "no static files":
            (house.home / "static" / "staticfiles.json").unlink()
        case "one login for everything":
            house.more.clear()
        case "a site that may set triggers":
            do(house, f"GRANT TRIGGER ON record_event TO {ROLE}")
        case "no worker":
            do(house, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        case "a migration missing":
            do(house, "DELETE FROM django_migrations WHERE app = 'record' AND name LIKE '0003%'")
        case "a newer database":
            do(house, "INSERT INTO django_migrations (app, name, applied) VALUES ('record', '9999_later', now())")
        case "days without a seal":
            do(house, "UPDATE organisations_jurisdiction SET training = false, second_factor = true")
            do(house, "ALTER TABLE record_seal DISABLE TRIGGER USER; ALTER TABLE record_sealleaf DISABLE TRIGGER USER")
            do(house, "DELETE FROM record_sealleaf; DELETE FROM record_seal")
        case "seals written anew":
            do(house, "ALTER TABLE record_seal DISABLE TRIGGER USER")
            do(house, "UPDATE record_seal SET hash = sha256('x')")
        case "a record that was changed":
            do(house, "ALTER TABLE record_event DISABLE TRIGGER USER")
            do(house, "UPDATE record_event SET sentence = '没有这回事' WHERE sequence = 1")
            assert house.run("verify").returncode == 1
        case "a file that was to be erased":
            do(
                house,
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args)"
                " VALUES ('default', 'attachments.drop', 'failed', '{}')",
            )
        case "no tables":
            do(house, "DROP TABLE django_migrations")
        case "no database":
            house.more["BIHUAN_OWNER_URL"] = "postgresql://nobody@127.0.0.1:1/nothing"
    code, found = examined(house)
    check, advice = SICK[illness]
    assert found[check]["state"] == "failure", found
    assert advice in found[check]["advice"]
    assert code == 1


def test_seals_that_never_left_the_host_are_worth_a_warning(settled: House) -> None:
    house = cured(settled)
    code, found = examined(house)
    assert (code, found["库外封存"]["state"]) == (0, "warning")
    assert "bihuan seal --sent" in found["库外封存"]["advice"]
    assert found["核验"]["state"] == "warning", "nobody verified it yet"
    assert house.run("seal", "--sent").returncode == 0
    assert house.run("verify").returncode == 0
    _, found = examined(house)
    assert {found["库外封存"]["state"], found["核验"]["state"]} == {"ok"}


def test_an_old_backup_is_worth_a_warning_and_strictness_makes_it_count(settled: House) -> None:
    house = cured(settled)
    note = house.home / "last-backup.json"
    note.write_text(json.dumps({**json.loads(note.read_text()), "at": "2020-01-01T00:00:00+00:00"}))
    code, found = examined(house)
    assert (code, found["备份"]["state"]) == (0, "warning")
    assert house.run("doctor", "--strict").returncode == 1


IN_EARNEST = "UPDATE organisations_jurisdiction SET training = false, second_factor = true"
APPOINT = (
    "INSERT INTO organisations_appointment (person_id, unit_id, post, from_on, acting, appointed_by, confirmed_by)"
    " SELECT p.id, a.unit_id, 'administrator', '2021-01-01', false, '', '' FROM organisations_person p"
    " JOIN organisations_appointment a ON a.person_id = p.id WHERE a.post = '{}' ORDER BY p.id LIMIT 1"
)


def test_too_few_administrators_and_one_with_another_power_are_worth_a_warning(settled: House) -> None:
    house = cured(settled)
    do(house, IN_EARNEST)
    for post in ("deputy", "head"):
        assert "少于两位" in examined(house)[1]["系统管理员"]["said"]
        do(house, APPOINT.format(post))
    assert examined(house)[1]["系统管理员"]["state"] == "ok"
    do(house, APPOINT.format("reviewer"))
    assert "兼任" in examined(house)[1]["系统管理员"]["said"]


def test_it_never_shows_the_password_of_the_database(settled: House, tmp_path: Path) -> None:
    settled.url = "postgresql://bihuan:topsecret@127.0.0.1:1/nothing"
    assert "topsecret" not in settled.run("doctor").stdout


ABLE = {
    "the site may become the worker": (f"GRANT {WORKER} TO {ROLE}", f"REVOKE {WORKER} FROM {ROLE}", "看到所有地方"),
    "the worker may become the owner": (
        f"REVOKE {WORKER} FROM bihuan; GRANT bihuan TO {WORKER}",
        f"REVOKE bihuan FROM {WORKER}; GRANT {WORKER} TO bihuan",
        "可以成为所有者",
    ),
    "the site may pass policies": (f"ALTER ROLE {ROLE} BYPASSRLS", f"ALTER ROLE {ROLE} NOBYPASSRLS", "可绕过行级安全"),
    "the worker makes roles": (f"ALTER ROLE {WORKER} CREATEROLE", f"ALTER ROLE {WORKER} NOCREATEROLE", "可以建立角色"),
    "the site may stop all triggers": (
        f"GRANT SET ON PARAMETER session_replication_role TO {ROLE}",
        f"REVOKE SET ON PARAMETER session_replication_role FROM {ROLE}",
        "可以停用所有触发器",
    ),
    "the site is a superuser": (f"ALTER ROLE {ROLE} SUPERUSER", f"ALTER ROLE {ROLE} NOSUPERUSER", "是超级用户"),
}


@pytest.mark.parametrize("way", ABLE)
def test_a_role_that_could_switch_the_walls_off_is_told(way: str, settled: House) -> None:
    """F74: roles are the whole server's, so each is put right again."""
    house = cured(settled)
    assert house.url
    given, taken, words = ABLE[way]
    superuser = make_conninfo(house.url, user="postgres", password=beside(house, "postgres.key"))
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(given)
        try:
            code, found = examined(house)
        finally:
            connection.execute(taken)
    assert (code, found["网站账号"]["state"]) == (1, "failure")
    assert words in found["网站账号"]["said"]


def test_what_stands_around_the_site_is_asked_too(settled: House) -> None:
    """F123, F124, F127; each by itself in `test_surroundings.py`."""
    house = cured(settled)
    healthy = examined(house)[1]
    assert {"反向代理", "公开地址", "文件扫描", "附件大小"}.isdisjoint(healthy)
    (house.home / "attachments").chmod(0o755)
    house.more |= {
        "BIHUAN_HTTPS": "1",
        "BIHUAN_ORIGINS": "https://127.0.0.1:1",
        "BIHUAN_SCANNER": str(house.home / "no-scanner"),
        "BIHUAN_ATTACHMENT_MB": "64",
    }
    code, found = examined(house)
    states = {
        check: found[check]["state"] for check in ("反向代理", "公开地址", "文件扫描", "附件大小", "待扫描的附件")
    }
    assert (code, states) == (
        1,
        {
            "反向代理": "failure",
            "公开地址": "warning",
            "文件扫描": "failure",
            "附件大小": "warning",
            "待扫描的附件": "warning",
        },
    )
    assert found["文件权限"]["state"] == "warning"
    do(house, "ALTER TABLE attachments_attachment DISABLE TRIGGER USER")
    do(house, "UPDATE attachments_attachment SET state = 'released'")
    assert "待扫描的附件" not in examined(house)[1]


def test_a_wrong_regulation_is_told_with_file_line_and_clause(settled: House, tmp_path: Path) -> None:
    """F119: everything said that all was well while a whole city answered nothing."""
    house = cured(settled)
    text = (Path(__file__).parent.parent / "packs" / "qingshan-2030-3.toml").read_text(encoding="utf-8")
    house.more["BIHUAN_PACKS"] = str(tmp_path)
    (tmp_path / "wrong.toml").write_text(text.replace("dispatch.sign-in", "dispatch.signin"), encoding="utf-8")
    code, told = examined(house)
    assert code == 1
    assert told["规则文件"]["state"] == "failure"
    assert "wrong.toml:33: 条款 青-三：程序没有规范 dispatch.signin" in told["规则文件"]["said"]
    assert "bihuan pack check" in told["规则文件"]["advice"]
    (tmp_path / "wrong.toml").write_text(text.replace('limit = "3wd"', 'limit = "3000d"', 1), encoding="utf-8")
    assert examined(house)[1]["规则文件"]["state"] == "warning"
    (tmp_path / "wrong.toml").write_text(text, encoding="utf-8")
    assert examined(house)[1]["规则文件"]["state"] == "ok"
