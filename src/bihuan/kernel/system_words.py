"""What the operating system refuses, in Chinese."""

import errno

_WORDS = {
    errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.EROFS: "磁盘是只读的", errno.ENOENT: "不存在",
    errno.ENOTDIR: "上级不是文件夹", errno.EISDIR: "是一个文件夹", errno.EEXIST: "已经存在", errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超过磁盘配额", errno.ENAMETOOLONG: "名称太长", errno.ELOOP: "链接绕成了圈",
    errno.EIO: "磁盘读写出错", errno.EMFILE: "打开的文件太多", errno.ENFILE: "打开的文件太多",
    errno.ETXTBSY: "文件正在被使用",
    errno.EFBIG: "文件太大", errno.ENXIO: "没有这个设备", errno.EINVAL: "不能这样读写",
    errno.EADDRINUSE: "已被占用", errno.EADDRNOTAVAIL: "本机没有这个地址",
}  # fmt: skip
FULL = frozenset({errno.ENOSPC, errno.EROFS, errno.EDQUOT})
"""What the system says of a disk, whichever file was to be written."""


def words_of(error: OSError) -> str:
    """Why the system refused; for what it seldom says, the number that its manual explains."""
    if error.errno is None:
        return str(error) or "原因不明"
    return _WORDS.get(error.errno) or f"系统错误 {error.errno}"
