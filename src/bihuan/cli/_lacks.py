"""What a command lacks, in one sentence for whoever typed it: the database, a role, a folder, a jurisdiction."""

import psycopg

from bihuan.kernel.refusal import Refused, Unknown
from bihuan.kernel.system_words import FULL, words_of
from bihuan.policy.loader import Unusable
from bihuan.policy.names import put
from bihuan.startup.trouble import Trouble, unreached
from bihuan.walls.roles import NoRole


def sentence(error: Exception) -> str | None:
    """What whoever typed a command can do about this; None of a defect of ours."""
    match error:
        case Trouble() | NoRole() | Unusable() | Refused():
            return put(str(error))
        case Unknown():
            return f"没有“{error}”，请核对辖区代码、单位代码或编号"
        case BrokenPipeError():
            return None
        case OSError() if error.filename or error.errno in FULL:
            where = f"{error.filename}" if error.filename else ""
            return f"不能读写{where}：{words_of(error)}；请检查 BIHUAN_DATA 等文件夹的属主、权限和磁盘余量"
        case Exception(args=(OSError() as within, *_)):  # as the writer of workbooks says it
            return sentence(within)
    return _of_database(error if isinstance(error, psycopg.Error) else error.__cause__)


def _of_database(error: BaseException | None) -> str | None:
    match error:
        case psycopg.errors.UndefinedTable():
            return "数据库里没有闭环的表，或者版本不合；请先运行 bihuan prepare"
        case psycopg.errors.InsufficientPrivilege():
            return "这个账号在数据库里没有这样做的权限；控制台的命令须用所有者的地址（BIHUAN_OWNER_URL）"
        case psycopg.errors.ReadOnlySqlTransaction():
            return "连上的数据库是只读的（可能是备机）；请检查 DATABASE_URL"
        case psycopg.OperationalError() if error.sqlstate is None:
            advice = (
                "网站没有运行的，先运行 bihuan up；数据库在别处的，检查 DATABASE_URL、BIHUAN_OWNER_URL 和 BIHUAN_DATA"
            )
            return f"连接不上数据库（{unreached(str(error))}）；{advice}"
    return None
