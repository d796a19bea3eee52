"""What may be wrong with an installation, found out before its users do, with what to do about it."""

import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

import psycopg

from bihuan.care import opening, surroundings
from bihuan.care.backup import NOTE
from bihuan.documents.fonts import fonts_in
from bihuan.kernel.system_words import words_of
from bihuan.organisations.types import Post, powers
from bihuan.policy import loader
from bihuan.policy.calendar import ZONE, Calendar
from bihuan.requesters.cipher import BadKeys, Keyring
from bihuan.startup import versions
from bihuan.startup.binaries import OLDEST, clients
from bihuan.startup.places import HOPS, data_folder, fonts_folder, identity_key_file, run_folder, static_folder
from bihuan.startup.trouble import Trouble, unreached
from bihuan.vetting.check import check as vetted
from bihuan.walls.roles import ROLE, WORKER

State = Literal["ok", "warning", "failure"]
Connection = psycopg.Connection[tuple[Any, ...]]
Clock = Callable[[], datetime]

LOW, TOO_LOW, TOO_LITTLE = 5_000_000_000, 1_000_000_000, 0.05
"""Bytes free on a disk; which part of it is too little."""
SKEW = 2.0
WORKER_LATE = timedelta(seconds=60)
JOB_LATE = timedelta(minutes=10)
BACKUP_LATE = timedelta(days=2)
VERIFY_LATE = timedelta(days=2)
SENT_LATE = timedelta(days=7)
HOPS_LATE = timedelta(days=1)
VERDICT_LATE = timedelta(hours=1)
VERIFIED, SENT = "verified.json", "seals-sent"
LEAST_ADMINISTRATORS = 2
REGULATIONS = "规则文件"
DROP = "attachments.drop"
"""The job that takes the content of erased files off the disk."""
NOTICE_EXPECTED = 11
"""The State Council publishes next year's holidays in November, at times in October."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` is empty where nothing is to be done."""

    check: str
    state: State
    said: str
    advice: str = ""


def examine(clock: Clock) -> Iterator[Finding]:
    """Everything, in the order in which one would mend it; `clock` tells what time this host thinks it is."""
    yield from _keys()
    yield from _private()
    yield from _disk()
    yield from _proxies(clock())
    yield from _outside()
    yield from _sizes()
    yield from _scanner()
    yield from _regulations()
    yield _static()
    installed = fonts_in(fonts_folder())
    yield fonts(installed.faces)
    yield rare_signs(installed.has)
    yield _backup(clock())
    yield _verified(clock())
    connection = _connected()
    if isinstance(connection, Finding):
        yield connection
        return
    with connection:
        for check in _in_database(clock):
            try:
                yield from check(connection)
            except psycopg.errors.UndefinedTable:
                yield Finding("表", "failure", "数据库里没有闭环的表", "运行 bihuan prepare")
                return
            except psycopg.Error as error:
                yield Finding("数据库", "failure", f"查询失败：{type(error).__name__}", "查看数据库日志")
                return


def _connected() -> Connection | Finding:
    told = data_folder() / "database-url"
    given = os.environ.get("BIHUAN_OWNER_URL") or os.environ.get("DATABASE_URL")
    url = given or (told.read_text().strip() if told.exists() else "")
    if not url:
        return Finding("数据库", "failure", "没有给出数据库地址", "设置 DATABASE_URL，或先运行 bihuan up")
    try:
        return psycopg.connect(url, connect_timeout=5, autocommit=True, application_name="bihuan doctor")
    except psycopg.Error as error:
        return Finding(
            "数据库",
            "failure",
            f"连接不上：{unreached(str(error))}",
            "检查数据库是否在运行，DATABASE_URL 的主机、账号、口令是否正确",
        )


def _keys() -> Iterator[Finding]:
    home = data_folder()
    private = [*home.glob("*.key"), *home.glob("database-url"), identity_key_file()]
    for path in sorted({path for path in private if path.exists()}):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield Finding("密钥文件", "failure", f"{path} 权限为 {mode:o}，他人可读", f"运行 chmod 600 {path}")
    given = os.environ.get("BIHUAN_KEYS")
    try:
        ring = Keyring.parse(given or identity_key_file().read_text("ascii"))
    except FileNotFoundError:
        yield Finding(
            "身份密钥", "failure", f"没有 {identity_key_file()}", "从备份取回；新装的用 bihuan keys generate 生成"
        )
    except OSError as error:
        yield Finding("身份密钥", "failure", f"无法读取：{words_of(error)}", "检查密钥文件的属主和权限")
    except (BadKeys, UnicodeError) as error:
        yield Finding("身份密钥", "failure", f"无法使用：{error}", "从备份取回密钥文件")
    else:
        old = len(ring.secrets) - 1
        said = f"当前 {ring.label}" + (f"，另有旧密钥 {old} 把" if old else "")
        yield Finding("身份密钥", "ok", said)


def _private() -> Iterator[Finding]:
    """What tells of people or of the record, and no key: nobody else needs to read it."""
    home = data_folder()
    with_people = [
        home / name
        for name in ("attachments", "exports", "imports", "workbooks", "logs", "seals.jsonl", VERIFIED, NOTE)
    ]
    for path in (home, *with_people, run_folder(), static_folder(), *_last_backup()):
        if path.exists() and (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077:
            private = "700" if path.is_dir() else "600"
            yield Finding("文件权限", "warning", f"{path} 权限为 {mode:o}，他人可读", f"运行 chmod {private} {path}")


def _last_backup() -> list[Path]:
    """The file of the last backup, where it is known and still there."""
    try:
        return [Path(json.loads((data_folder() / NOTE).read_text())["file"])]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _disk() -> Iterator[Finding]:
    place = data_folder() if data_folder().exists() else data_folder().parent
    if not place.exists():
        yield Finding("数据目录", "failure", f"没有 {data_folder()}", "检查 BIHUAN_DATA")
        return
    disk = shutil.disk_usage(place)
    free, enough = disk.free, disk.free > max(TOO_LOW, TOO_LITTLE * disk.total)
    state: State = "failure" if not enough else "ok" if free > LOW else "warning"
    said = f"{place} 剩余 {free / 1e9:.1f} GB（{free / disk.total:.0%}）"
    yield Finding("磁盘", state, said, "" if state == "ok" else "清理或扩容，附件与日志写在这里")
    if not os.access(place, os.W_OK):
        yield Finding("数据目录", "failure", f"不能写入 {place}", "检查属主，须由运行闭环的账户所有")


PROXY, OUTSIDE, SCANNER = "反向代理", "公开地址", "文件扫描"
OK, TOO_LARGE = 200, 413
SIZES = {"BIHUAN_ATTACHMENT_MB": 20, "BIHUAN_FORM_MB": 64}


def _proxies(now: datetime) -> Iterator[Finding]:
    """Whether the proxy that ends TLS is trusted to say who asks, and whether more of them say so than are trusted."""
    said = os.environ.get("BIHUAN_TRUSTED_PROXIES", "0").strip()
    trusted = int(said) if said.isascii() and said.isdigit() else 0
    if os.environ.get("BIHUAN_HTTPS") == "1" and not trusted:
        told = "不信任反向代理，全部来访算作一个网络：一个人的十件诉求、几十次输错密码就会挡住所有人"
        advice = "代理改写 X-Forwarded-For 的（如 deploy/nginx.conf.example），设 BIHUAN_TRUSTED_PROXIES=1 后重启"
        yield Finding(PROXY, "failure", told, advice)
        return
    note = data_folder() / HOPS
    try:
        carried = json.loads(note.read_text())
        fresh = now.timestamp() - note.stat().st_mtime < HOPS_LATE.total_seconds()
        more = fresh and carried["trusted"] == trusted and int(carried["carried"])
    except (OSError, ValueError, KeyError, TypeError):
        more = 0
    if more:
        told = f"一天内有请求经过{more}层代理，只信任{trusted}层"
        advice = (
            "前面确有这些代理的，把 BIHUAN_TRUSTED_PROXIES 改为它们的层数；没有的，让代理用来访者的地址改写 "
            "X-Forwarded-For，不要附加在来访者自己写的后面"
        )
        yield Finding(PROXY, "warning", told, advice)
    elif trusted:
        yield Finding(PROXY, "ok", f"信任{trusted}层")


def _outside() -> Iterator[Finding]:
    """What one who comes by the public address sees: the figures, or a proxy that lets slow senders into the site."""
    origin = next((one.strip() for one in os.environ.get("BIHUAN_ORIGINS", "").split(",") if one.strip()), "")
    if os.environ.get("BIHUAN_HTTPS") != "1" or not origin:
        return
    seen, well = surroundings.seen_from_outside(origin), True
    if seen.trouble:
        told = f"从本机打不开 {origin}（{unreached(seen.trouble)}），没有检查代理"
        yield Finding(OUTSIDE, "warning", told, "检查代理、证书和域名解析；本机不能访问公开地址的，从外面看一次")
        return
    if seen.figures == OK:
        well = False
        advice = "在代理上拒绝 /metrics（见 deploy/nginx.conf.example）"
        yield Finding(OUTSIDE, "warning", f"任何人都能读 {origin}/metrics", advice)
    if seen.early and seen.by_us:
        well = False
        told = "代理不等请求收全就转给网站：传得慢的人会占住网站的线程"
        yield Finding(OUTSIDE, "warning", told, "让代理先收全再转发（nginx 设 proxy_request_buffering on）")
    elif seen.early == TOO_LARGE:
        well = False
        told = f"代理不收{surroundings.LARGE // 10**6}MB的表单：带照片的诉求交不上来，填写的文字也丢了"
        advice = "nginx 的 client_max_body_size 与 BIHUAN_FORM_MB 设成同一个数"
        yield Finding(OUTSIDE, "warning", told, advice)
    if well:
        yield Finding(OUTSIDE, "ok", f"{origin}：代理收全再转发，运行数据不公开")


def _sizes() -> Iterator[Finding]:
    """Whether one file of the largest size fits into a form."""
    try:
        each, whole = (int(os.environ.get(name) or told) for name, told in SIZES.items())
    except ValueError:
        yield Finding("附件大小", "failure", f"{'、'.join(SIZES)} 应为整数", "改正后重启")
        return
    if each >= whole:
        told = f"一个附件可以有{each}MB，一份表单却只能有{whole}MB"
        yield Finding("附件大小", "warning", told, "调小 BIHUAN_ATTACHMENT_MB，或调大 BIHUAN_FORM_MB 和代理的上限")


def _scanner() -> Iterator[Finding]:
    """A scanner that gives no verdict keeps every file back; one that finds nothing is none."""
    command, home = os.environ.get("BIHUAN_SCANNER", ""), data_folder()
    if not command or not os.access(home, os.W_OK):
        return
    clean = surroundings.verdict_of(command, surroundings.HARMLESS, home)
    if clean != 0:
        told = clean if isinstance(clean, str) else f"对干净的文件以 {clean} 结束"
        advice = "检查 BIHUAN_SCANNER 的命令和它的服务；在此之前新附件都不能下载"
        yield Finding(SCANNER, "failure", f"没有结论：{told}", advice)
    elif surroundings.verdict_of(command, surroundings.KNOWN, home) != 1:
        told = "对公认的测试病毒没有报告（应以 1 结束）"
        yield Finding(SCANNER, "warning", told, "检查 BIHUAN_SCANNER 的命令和病毒库")
    else:
        yield Finding(SCANNER, "ok", "认得出测试病毒")


def _regulations() -> Iterator[Finding]:
    """Files of packs that are wrong, each with its first fault; files of others' that the program cannot carry out."""
    wrong = loader.library().wrong
    for path, error in wrong.items():
        yield Finding(REGULATIONS, "failure", str(error), f"运行 bihuan pack check {path}，改正后不用重启")
    own = [path for path in loader.library().files.values() if path.parent != loader.SHIPPED]
    for path in own:
        if faults := vetted(path).faults:
            first = f"{path}:{faults[0].line}: {faults[0].words}（共{len(faults)}处）"
            yield Finding(REGULATIONS, "warning", first, f"运行 bihuan pack check {path}")
    if not wrong:
        yield Finding(REGULATIONS, "ok", f"{len(loader.library().files)} 个，都能读取")


_TAKEN_UP = """
WITH taken AS (
  SELECT code, pack, NULL AS digest FROM organisations_jurisdiction
  UNION SELECT jurisdiction_id, pack, digest FROM organisations_packadoption)
SELECT t.code, t.pack, max(coalesce(t.digest, e.facts->>'digest')) FROM taken t
LEFT JOIN record_event e ON e.subject = 'jurisdiction:' || t.code
  AND e.kind = 'organisations.jurisdiction-founded' AND e.facts->>'pack' = t.pack
GROUP BY t.code, t.pack ORDER BY 1, 2"""


def _under_regulations(connection: Connection) -> Iterator[Finding]:
    """Jurisdictions whose regulation nobody can work under."""
    rows = connection.execute(_TAKEN_UP).fetchall()
    there = loader.library().packs
    for code, ref, digest in rows:
        if ref not in there:
            advice = "改正规则文件，或把它放回 BIHUAN_PACKS 的文件夹；改正以前该辖区不能查看和办理"
            yield Finding(REGULATIONS, "failure", f"{code} 所依据的 {ref} 不能使用", advice)
        elif digest and digest != there[ref].digest:
            advice = "恢复采用时的文件；修订规则应另写一个文件，id 相同、version 加一"
            yield Finding(REGULATIONS, "failure", f"{code} 所依据的 {ref} 内容与采用时不同", advice)


def _static() -> Finding:
    folder = static_folder()
    if (folder / "staticfiles.json").exists():
        return Finding("静态文件", "ok", f"已汇集在 {folder}")
    return Finding("静态文件", "failure", f"{folder} 里没有静态文件，页面会没有样式", "运行 bihuan prepare")


def fonts(found: Mapping[str, Sequence[str]]) -> Finding:
    """Of the families that are there for each face of a paper, whether all have Chinese."""
    if all(found.values()):
        return Finding("字体", "ok", f"文书正文用 {found['fang'][0]}，标题用 {found['head'][0]}")
    return Finding("字体", "failure", "没有中文字体，文书上的汉字印不出来", "安装 fonts-noto-cjk，或运行 tools/fonts")


_BLOCKS = (
    (0x4E00, 0x9FEF), (0x3400, 0x4DB5), (0x20000, 0x2A6D6), (0x2A700, 0x2B734), (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1),
    (0x2CEB0, 0x2EBE0),
)  # fmt: skip
HANZI = "".join(chr(code) for first, last in _BLOCKS for code in range(first, last + 1)) + "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩"
"""The 87,887 characters that GB 18030-2022 asks of systems for public services (its level 3)."""
SCRIPTS = {"藏文": "བོད", "蒙古文": "ᠮᠣᠩ", "维吾尔文": "ئۇي", "彝文": "ꆈꌠ", "傣文": "ᦎᦷ", "泰文": "ไทย"}
EMOJI = "😀🙏👍🚧✅🏠"


def rare_signs(has: Callable[[str], bool]) -> Finding:
    """Which rare characters, scripts and emoji papers can print; for the others stands a box, or a name."""
    hanzi, every = sum(map(has, HANZI)), len(HANZI)
    without = [script for script, sample in SCRIPTS.items() if not all(map(has, sample))]
    emoji = "表情符号有字体" if all(map(has, EMOJI)) else "表情符号印作名称"
    said = f"GB 18030-2022 的{every:,}个汉字中能印{hanzi:,}个，{emoji}"
    said += f"，没有{'、'.join(without)}字体" if without else ""
    if hanzi == every and not without:
        return Finding("生僻字", "ok", said)
    packages = [*(["fonts-hanazono"] if hanzi < every else []), *(["fonts-noto-core"] if without else [])]
    advice = f"印不出的字在 PDF 上为□并注明，Word 不受影响；要印出来，安装 {'、'.join(packages)} 后重启"
    return Finding("生僻字", "warning", said, advice)


def _backup(now: datetime) -> Finding:
    advice = "用 bihuan backup 备份，并设好每日定时（deploy/bihuan-backup.timer）"
    try:
        told = json.loads((data_folder() / NOTE).read_text())
        at = datetime.fromisoformat(told["at"])
    except FileNotFoundError:
        return Finding("备份", "warning", "还没有备份过", advice)
    except (ValueError, KeyError, TypeError):
        return Finding("备份", "warning", f"{NOTE} 无法读取", advice)
    age = now - at
    said = f"最近一次在 {at.astimezone(ZONE):%Y-%m-%d %H:%M}，{told.get('file', '')}"
    return Finding("备份", "warning", said, advice) if age > BACKUP_LATE else Finding("备份", "ok", said)


def _server(connection: Connection) -> Iterator[Finding]:
    version = connection.info.server_version // 10000
    if version < OLDEST:
        yield Finding("数据库", "failure", f"PostgreSQL {version} 太旧", f"升级到 {OLDEST} 或以上")
    else:
        yield Finding("数据库", "ok", f"PostgreSQL {version}")
    try:
        clients(version)
    except Trouble as trouble:
        yield Finding("备份程序", "warning", str(trouble), f"安装 postgresql-client-{version}")


def _migrations(connection: Connection) -> Iterator[Finding]:
    applied = {str(name) for (name,) in connection.execute(versions.APPLIED).fetchall()}
    if newer := versions.beyond(applied):
        advice = "安装与数据库相配的版本；这一版的 prepare、serve、worker 都不会启动"
        yield Finding("数据库结构", "failure", f"{versions.TOO_NEW}：{'、'.join(newer[:5])}", advice)
    elif waiting := sorted(versions.known() - applied):
        yield Finding("数据库结构", "failure", f"尚未升级：{'、'.join(waiting[:5])}", "运行 bihuan prepare")
    else:
        yield Finding("数据库结构", "ok", f"{len(versions.known())} 个迁移都已执行")


def _role(connection: Connection) -> Iterator[Finding]:
    row = connection.execute(
        "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if row is not None and (row[1] or row[2]):
        what = "是超级用户" if row[1] else "可绕过行级安全"
        yield Finding("数据库角色", "warning", f"{row[0]} {what}", "为闭环另建普通角色，只拥有自己的数据库")
    else:
        yield Finding("数据库角色", "ok", f"{row[0] if row else ''} 是普通角色")


_SERVING = """
SELECT r.rolname, CASE
  WHEN r.rolsuper THEN '是超级用户'
  WHEN r.rolbypassrls THEN '可绕过行级安全'
  WHEN r.rolcreaterole THEN '可以建立角色，从而成为所有者'
  WHEN EXISTS (SELECT FROM pg_tables t WHERE t.schemaname = 'public' AND pg_has_role(r.oid, t.tableowner, 'MEMBER'))
    THEN '是表的所有者，或可以成为所有者'
  WHEN EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    AND has_table_privilege(r.oid, c.oid, 'TRIGGER')) THEN '可以在表上建立触发器'
  WHEN has_parameter_privilege(r.oid, 'session_replication_role', 'SET') THEN '可以停用所有触发器'
  WHEN r.rolname = ANY(%(site)s) AND pg_has_role(r.oid, w.oid, 'MEMBER') THEN '可以成为后台任务的角色，看到所有地方'
  END
FROM pg_roles r LEFT JOIN pg_roles w ON w.rolname = %(worker)s
WHERE r.rolname = ANY(%(site)s) OR r.rolname = %(worker)s ORDER BY 1"""
"""What a role or login of those that serve could do against the walls, if anything."""


def _site_login(connection: Connection) -> Iterator[Finding]:
    """Neither role that serves, nor the login whose address is given, can switch off a trigger or a policy."""
    roles = [ROLE]
    if given := os.environ.get("DATABASE_URL"):  # else a server of our own, where each role is its own login
        with psycopg.connect(given, connect_timeout=5, autocommit=True, application_name="bihuan doctor") as site:
            roles.append(str(site.execute("SELECT session_user").fetchall()[0][0]))
    rows = connection.execute(_SERVING, {"site": roles, "worker": WORKER}).fetchall()
    if able := [f"{name} {what}" for name, what in rows if what]:
        said = f"{'；'.join(able)}：网站一旦被攻破，行级安全和只增不改都可以被关掉"
        advice = (
            f"网站用 {ROLE} 登录（DATABASE_URL），后台任务用 {WORKER} 登录（worker.env），两者都不是任何角色的成员；"
            "所有者的地址只写在 BIHUAN_OWNER_URL"
        )
        yield Finding("网站账号", "failure", said, advice)
    else:
        yield Finding("网站账号", "ok", f"{'、'.join(str(name) for name, _ in rows)} 不是表的所有者")


def _log_settings(connection: Connection) -> Iterator[Finding]:
    """What a server of others writes into its log: parameters and details are what people typed."""
    wanted = {"log_parameter_max_length": "0", "log_parameter_max_length_on_error": "0", "log_error_verbosity": "terse"}
    rows = connection.execute(
        "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [[*wanted, "log_statement"]]
    ).fetchall()
    found: dict[str, str] = dict(rows)
    wrong = [f"{name} = {found.get(name)}" for name, value in wanted.items() if found.get(name) != value]
    if wrong:
        advice = "在 postgresql.conf 中设 " + "、".join(f"{name} = {value}" for name, value in wanted.items())
        yield Finding("数据库日志", "warning", f"可能写入个人信息：{'、'.join(wrong)}", advice)
    else:
        yield Finding("数据库日志", "ok", "不写语句参数与错误细节")


def _clock(connection: Connection, clock: Clock) -> Iterator[Finding]:
    before = clock().timestamp()
    row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    after = clock().timestamp()
    assert row is not None
    skew = float(row[0]) - (before + after) / 2
    if abs(skew) > SKEW + (after - before):
        yield Finding("时钟", "failure", f"与数据库相差 {skew:+.1f} 秒", "两台主机都用 NTP 校时；时限以秒计")
    else:
        yield Finding("时钟", "ok", f"与数据库相差 {skew:+.3f} 秒")


def _jobs(connection: Connection) -> Iterator[Finding]:
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE last_heartbeat > now() - %s), max(last_heartbeat) FROM procrastinate_workers",
        [WORKER_LATE],
    ).fetchone()
    assert row is not None
    if row[0]:
        yield Finding("后台任务", "ok", f"{row[0]} 个进程在运行")
    else:
        last = f"，最后一次在 {row[1].astimezone(ZONE):%Y-%m-%d %H:%M}" if row[1] else ""
        yield Finding(
            "后台任务",
            "failure",
            f"没有进程在运行{last}",
            "启动 bihuan worker（或 bihuan up），否则到期与封存都不会发生",
        )
    late = connection.execute(
        "SELECT count(*) FROM procrastinate_jobs j WHERE status = 'todo' AND coalesce(scheduled_at, "
        "(SELECT min(at) FROM procrastinate_events e WHERE e.job_id = j.id)) < now() - %s",
        [JOB_LATE],
    ).fetchone()
    kept = connection.execute(
        "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('failed', 'aborted') AND task_name = %s", [DROP]
    ).fetchone()
    if kept and kept[0]:
        said = f"{kept[0]} 个应当依法删除的文件还在盘上"
        yield Finding("依法删除", "failure", said, "查明磁盘和权限，在运行状况页把“删除不再使用的附件内容”重新执行")
    failed = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'").fetchone()
    if late and late[0]:
        yield Finding("待办任务", "warning", f"{late[0]} 个任务等了十分钟以上", "查看后台任务的日志；必要时多开进程")
    if failed and failed[0]:
        yield Finding("失败任务", "warning", f"{failed[0]} 个任务失败", "按任务名在后台任务的日志中查原因")


def _seals(connection: Connection, clock: Clock) -> Iterator[Finding]:
    rows = connection.execute(
        "SELECT code, training, (SELECT max(day) FROM record_seal s WHERE s.jurisdiction = code),"
        " (SELECT max((at AT TIME ZONE 'Asia/Shanghai')::date) FROM record_event e"
        "  WHERE e.jurisdiction = code AND at < date_trunc('day', now() AT TIME ZONE 'Asia/Shanghai')"
        "  AT TIME ZONE 'Asia/Shanghai' - interval '2 hours')"
        " FROM organisations_jurisdiction ORDER BY code"
    ).fetchall()
    behind = [
        f"{code}（封存至{sealed or '无'}，记录至{recorded}）"
        for code, training, sealed, recorded in rows
        if not training and recorded is not None and (sealed is None or sealed < recorded)
    ]
    if behind:
        yield Finding("封存", "failure", f"没有跟上：{'、'.join(behind[:5])}", "确认后台任务在运行，或运行 bihuan seal")
    else:
        yield Finding("封存", "ok", f"{len(rows)} 个辖区已封存到应有的日子")
    yield from _seals_outside(connection, clock(), sealed=any(row[2] for row in rows))


def _seals_outside(connection: Connection, now: datetime, *, sealed: bool) -> Iterator[Finding]:
    """Whether the database still says what was told outside of it, and whether that has left this host."""
    outside, sent = data_folder() / "seals.jsonl", data_folder() / SENT
    copy = "把它抄送到数据库管理员不能改的地方，然后运行 bihuan seal --sent"
    if not outside.exists():
        if sealed:
            yield Finding("库外封存", "warning", "数据目录里没有 seals.jsonl", f"运行 bihuan seal，{copy}")
        return
    held = connection.execute("SELECT jurisdiction, day::text, encode(hash, 'hex') FROM record_seal").fetchall()
    hashes = {(where, day): head for where, day, head in held}
    told = [(line["jurisdiction"], line["day"], line["hash"]) for line in _lines(outside)]
    forged = sorted({f"{where}（{day}）" for where, day, head in told if hashes.get((where, day)) != head})
    if forged:
        said = f"{len(forged)}日的封存与库外留存的不同或已不在：{'、'.join(forged[:5])}"
        advice = "库内历史可能被改写：停用数据库账户，运行 bihuan verify，并与本机以外的抄件比对"
        yield Finding("库外封存", "failure", said, advice)
    else:
        yield Finding("库外封存", "ok", f"{len(told)}次封存与库内相同")
    try:
        at = datetime.fromisoformat(sent.read_text())
    except (OSError, ValueError):
        yield Finding("库外封存", "warning", "没有把 seals.jsonl 抄送到本机以外的记载", copy)
        return
    if now - at > SENT_LATE:
        yield Finding("库外封存", "warning", f"seals.jsonl 上次抄送在{at.astimezone(ZONE):%Y-%m-%d}", copy)


def _lines(path: Path) -> Iterator[dict[str, str]]:
    """The lines of a file of seals; one cut off by a crash is passed over."""
    for line in path.read_text("utf-8").splitlines():
        with suppress(ValueError):
            told = json.loads(line)
            if isinstance(told, dict) and {"jurisdiction", "day", "hash"} <= told.keys():
                yield told


def _verified(now: datetime) -> Finding:
    """What the last verification of the whole record said."""
    advice = "每夜运行 bihuan verify（deploy/bihuan-verify.timer）"
    try:
        told = json.loads((data_folder() / VERIFIED).read_text("utf-8"))
        at, clean, findings = datetime.fromisoformat(told["at"]), bool(told["clean"]), int(told["findings"])
    except (OSError, ValueError, KeyError, TypeError):
        return Finding("核验", "warning", "没有整库核验的记载", advice)
    said = f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}核验"
    if not clean:
        return Finding("核验", "failure", f"{said}，{findings}处不符", "运行 bihuan verify，逐处查明")
    if now - at > VERIFY_LATE:
        return Finding("核验", "warning", f"上次{said}，已过两天", advice)
    return Finding("核验", "ok", f"{said}，全部相符")


def _administrators(connection: Connection) -> Iterator[Finding]:
    """Who administers in earnest: at least two, and none with another power beside it."""
    rows = connection.execute(
        "SELECT j.code, p.account, array_agg(a.post) FROM organisations_jurisdiction j"
        " LEFT JOIN organisations_person p ON p.jurisdiction_id = j.code AND p.is_active"
        " LEFT JOIN organisations_appointment a ON a.person_id = p.id"
        "  AND daterange(a.from_on, a.until_on) @> (now() AT TIME ZONE 'Asia/Shanghai')::date"
        " WHERE NOT j.training GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    held: dict[str, dict[str, set[str]]] = {}
    for code, account, posts in rows:
        held.setdefault(code, {})[account] = {post for post in posts if post}
    both, few = [], []
    for code, people in held.items():
        administrators = {account: posts for account, posts in people.items() if Post.ADMINISTRATOR in posts}
        both += [a for a, posts in administrators.items() if powers(posts) > powers([Post.ADMINISTRATOR])]
        few += [code] if len(administrators) < LEAST_ADMINISTRATORS else []
    if both:
        advice = "免去其中一个职务：系统管理员不得兼任有权限的职务"
        yield Finding("系统管理员", "warning", f"兼任有权限的职务：{'、'.join(both[:5])}", advice)
    elif few:
        advice = "再任命一位：有权限的职务须由第二人确认"
        yield Finding("系统管理员", "warning", f"少于两位：{'、'.join(few[:5])}", advice)
    else:
        yield Finding("系统管理员", "ok", f"{len(held)} 个正式辖区都有两位以上，没有兼任")


def _founded(connection: Connection) -> Iterator[Finding]:
    """Whether there is any city to sign in to, and whether each could open its office today."""
    found = list(opening.cities(lambda sql, said: connection.execute(sql, said).fetchall()))
    advice = "运行 bihuan jurisdiction found（见 docs/founding.md）"
    if not found:
        yield Finding("辖区", "failure", "还没有设立辖区，没有人能登录", advice)
    elif all(city.training for city in found):
        yield Finding("辖区", "warning", f"{len(found)} 个辖区都是教学环境", f"正式使用时{advice}")
    else:
        yield Finding("辖区", "ok", f"{sum(not city.training for city in found)} 个正式辖区")
    for city in found:
        missing = [lack.words for lack in opening.lacks(city) if lack.weight == "failure"]
        if missing:
            state: State = "warning" if city.training else "failure"
            said = f"{city.name}还缺{len(missing)}项：{'；'.join(missing[:5])}"
            yield Finding("开通", state, said, f"运行 bihuan jurisdiction check {city.code}，或看页面“开通清单”")


_UNSCANNED = """
SELECT count(*) FROM attachments_attachment a JOIN organisations_jurisdiction j ON j.code = a.jurisdiction
WHERE a.state = 'waiting' AND a.uploaded_at < now() + j.clock_offset - %s"""


def _unscanned(connection: Connection) -> Iterator[Finding]:
    """Files about which the scanner has said nothing for an hour."""
    row = connection.execute(_UNSCANNED, [VERDICT_LATE]).fetchone()
    if row and row[0]:
        told = f"{row[0]}个附件等了一小时以上还没有扫描结论，办件的人不能下载"
        yield Finding("待扫描的附件", "warning", told, "检查 BIHUAN_SCANNER 和后台任务；结论出来以后自动放行")


_UNHELD = """
SELECT j.code, u.name, d.post, count(*) FROM organisations_jurisdiction j
JOIN duties_duty d ON d.jurisdiction = j.code AND d.discharged_at IS NULL
JOIN organisations_unit u ON u.code = d.holder
WHERE NOT EXISTS (
  SELECT FROM organisations_appointment a JOIN organisations_person p ON p.id = a.person_id
  WHERE p.is_active AND a.unit_id = d.holder AND (a.post = d.post OR d.post = 'deputy' AND a.post = 'head')
    AND daterange(a.from_on, a.until_on) @> ((now() + j.clock_offset) AT TIME ZONE 'Asia/Shanghai')::date
) GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3"""


def _holders(connection: Connection) -> Iterator[Finding]:
    """Duties of posts that nobody holds today."""
    rows = connection.execute(_UNHELD).fetchall()
    if rows:
        said = "、".join(f"{unit}（{post}，{n}项）" for _place, unit, post, n in rows[:5])
        advice = "由系统管理员在单位与职务页任命；在此之前这些职责没有人能办"
        yield Finding("无人在任的职责", "warning", f"{sum(row[3] for row in rows)}项：{said}", advice)
    else:
        yield Finding("无人在任的职责", "ok", "每项未办结的职责都有在任的人")


def _calendar(connection: Connection, clock: Clock) -> Iterator[Finding]:
    rows = connection.execute("SELECT year FROM duties_announcedyear").fetchall()
    announced = {int(year) for (year,) in rows} | Calendar.shipped().announced_years
    today = clock().astimezone(ZONE).date()
    advice = "国务院办公厅公布后，用 bihuan calendar announce 录入；已算的到期时间会随之更正"
    for year in (today.year, today.year + 1):
        if year not in announced and (year == today.year or _is_expected(today)):
            state: State = "failure" if year == today.year else "warning"
            yield Finding("工作日历", state, f"{year}年放假安排尚未录入，暂按周一至周五计算", advice)
            return
    yield Finding("工作日历", "ok", f"已录入至{max(announced)}年")


def _is_expected(today: date) -> bool:
    return today.month >= NOTICE_EXPECTED


def _in_database(clock: Clock) -> tuple[Callable[[Connection], Iterator[Finding]], ...]:
    """What is asked of the database, one after the other."""
    return (
        _server,
        _migrations,
        _role,
        _site_login,
        _log_settings,
        partial(_clock, clock=clock),
        _jobs,
        _unscanned,
        partial(_seals, clock=clock),
        _under_regulations,
        _founded,
        _administrators,
        _holders,
        partial(_calendar, clock=clock),
    )
