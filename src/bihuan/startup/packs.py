"""The folder of regulation packs of this installation, and laying a file into it."""

import os
import re
from pathlib import Path

from bihuan.policy.loader import MORE_FOLDERS, SHIPPED, PackError, all_packs, load, look_again
from bihuan.policy.pack import Pack
from bihuan.startup.places import data_folder
from bihuan.startup.trouble import Trouble

_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,47}")


def name_folder() -> None:
    """Let this process and what it starts look for packs in the folder of the installation, where none is named."""
    os.environ.setdefault(MORE_FOLDERS, str(data_folder() / "packs"))


def packs_folder() -> Path:
    """Where packs of this installation lie: the first folder that is named, or the one in the data folder."""
    return Path(next(filter(None, os.environ.get(MORE_FOLDERS, "").split(":")), "") or data_folder() / "packs")


def sound(file: Path) -> Pack:
    """The pack of a file. Trouble tells what is wrong with it."""
    try:
        return load(file)
    except UnicodeDecodeError as error:
        raise Trouble(f"{file} 不是 UTF-8 编码的文本，请另存为 UTF-8") from error
    except (PackError, OSError) as error:
        raise Trouble(f"规则包有误：{error}") from error


def lay(file: Path) -> tuple[Pack, Path | None]:
    """Lay a pack into the folder of the installation; answers it, and where it lies if it was not there before."""
    read, content = sound(file), file.read_bytes()
    if not _ID.fullmatch(read.id) or read.version < 1:
        raise Trouble(f"规则包的 id“{read.id}”须由小写字母、数字、横线组成，version 须为1以上的整数")
    try:
        known = {one.ref for one in all_packs()}
    except (PackError, OSError, UnicodeError) as error:
        raise Trouble(f"已有的规则包有误，请先改正或移走：{error}") from error
    if read.ref in known:
        if any(path.read_bytes() == content for folder in (SHIPPED, *_folders()) for path in folder.glob("*.toml")):
            return read, None
        raise Trouble(f"已有规则包{read.ref}，内容不同；内容有改动的，请另立版本（version 加一）")
    place = packs_folder() / f"{read.id}-{read.version}.toml"
    if place.exists():
        raise Trouble(f"{place} 已存在，内容是另一个规则包，请先移走")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f".{place.name}.new")
        draft.write_bytes(content)
        draft.chmod(0o644)  # the processes that serve may belong to another account
        draft.replace(place)
    except OSError as error:
        raise Trouble(f"不能写入 {place.parent}：{error.strerror}") from error
    look_again()
    return read, place


def _folders() -> list[Path]:
    return [Path(folder) for folder in os.environ.get(MORE_FOLDERS, "").split(":") if folder] or [packs_folder()]
