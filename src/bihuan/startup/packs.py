"""Regulation packs of this installation: held against what the program can carry out, and laid into its folder."""

import re
from pathlib import Path

from bihuan.kernel.system_words import words_of
from bihuan.policy.loader import library, look_again
from bihuan.policy.pack import Pack
from bihuan.startup.places import packs_folder
from bihuan.startup.trouble import Trouble
from bihuan.vetting.check import check

_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,47}")


def sound(file: Path) -> Pack:
    """The pack of a file. Trouble tells everything that is wrong with it."""
    verdict = check(file)
    if verdict.faults or verdict.pack is None:
        told = "\n".join(f"{file}:{fault.line}: {fault.words}" for fault in verdict.faults)
        raise Trouble(f"规则包有误，不能采用（bihuan pack check 查看）：\n{told}")
    return verdict.pack


def known(ref: str) -> None:
    """Trouble where the pack of that name, which an installation has already, is unsound; another has to know it."""
    there = library()
    found = there.packs.get(ref)
    if found is not None:
        sound(there.files[found.ref])


def lay(file: Path) -> tuple[Pack, Path | None]:
    """Lay a pack into the folder of the installation; answers it, and where it lies if it was not there before."""
    read, content = sound(file), file.read_bytes()
    if not _ID.fullmatch(read.id) or read.version < 1:
        raise Trouble(f"规则包的 id“{read.id}”须由小写字母、数字、横线组成，version 须为1以上的整数")
    there = library().files.get(read.ref)
    if there is not None:
        if there.read_bytes() == content:
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
        raise Trouble(f"不能写入 {place.parent}：{words_of(error)}") from error
    look_again()
    return read, place
