"""What keeps an installation from starting, and a command from its work, in words for whoever started it."""

import re


class Trouble(Exception):
    """The start-up cannot go on; the text says what to do."""


_UNREACHED = (
    (r'role "([^"]+)" does not exist', "没有角色 {}"),
    (r'database "([^"]+)" does not exist', "没有数据库 {}"),
    (r'password authentication failed for user "([^"]+)"', "没有角色 {}，或者口令不对"),
    (r"no password supplied", "地址里没有口令"),
    (r"(?:Peer|Ident) authentication failed", "本机账户不能以这个角色登录"),
    (r"permission denied to set role", "这个账号不能成为网站或后台任务的角色"),
    (r"no pg_hba\.conf entry", "服务器不许从这里登录（pg_hba.conf）"),
    (r"Connection refused|No such file or directory|too long", "那里没有服务器在运行"),
    (r"resolve host|translate host name|not known|name resolution", "找不到这台主机"),
    (r"starting up|shutting down|not yet accepting|recovery", "服务器正在启动或停止"),
    (r"too many (?:clients|connections)|connection slots", "服务器的连接已经用完"),
    (r"[Tt]ime(?:d )?out", "没有回音"),
    (r"certificate", "证书不被信任，或者与地址不符"),
)


def unreached(text: str) -> str:
    """Why a server was not reached, by what libpq or the system says of it; never an address with its password."""
    for sign, words in _UNREACHED:
        if found := re.search(sign, text):
            return words.format(*found.groups())
    return next(iter(text.strip().splitlines()), "原因不明")
