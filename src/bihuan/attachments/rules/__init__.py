"""What may be uploaded, and bound to which case."""

from collections.abc import Collection

from bihuan.attachments.rules import archives, media, names, pictures, sniffing
from bihuan.attachments.types import (
    ENDINGS,
    MB,
    MOST_OF_A_VISIT,
    Admitted,
    AttachmentRef,
    FileKind,
    FileState,
    Held,
    NotExamined,
    Unfit,
)
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.policy import norms

CLEANED_BY = {
    FileKind.JPEG: pictures.cleaned,
    FileKind.PNG: pictures.cleaned,
    FileKind.WEBP: pictures.cleaned,
    FileKind.GIF: pictures.cleaned,
    FileKind.PDF: archives.whole_pdf,
    FileKind.DOCX: archives.safe_office,
    FileKind.XLSX: archives.safe_office,
    FileKind.MP3: media.cleaned_mp3,
    FileKind.WAV: media.cleaned_wav,
    FileKind.M4A: media.cleaned_mp4,
    FileKind.MP4: media.cleaned_mp4,
}
"""Kind → what checks a file of it and answers it without hidden data; raises Unfit."""


@carries_out(norms.ATTACHMENT_CHECKED)
def may_upload(*, name: str, size: int, limit: int) -> Refusal | None:
    """附件不得为空，不得超过规定大小。"""
    if not size:
        return unfit(f"“{names.cleaned(name)}”是空文件。")
    if size > limit:
        return unfit(f"“{names.cleaned(name)}”太大，每个附件不超过 {limit // MB} MB。")
    return None


@carries_out(norms.ATTACHMENT_CHECKED)
def may_lay_down(*, free: int, least: int) -> Refusal | None:
    """存储空间不足时暂停上传附件，其他办理不受影响。"""
    if free < least:
        return unfit("服务器存储空间不足，暂时不能上传附件；不带附件的办理不受影响。请告知⟨administrator⟩。")
    return None


@carries_out(norms.ATTACHMENT_CHECKED)
def may_add(*, held: Held, size: int, most: int) -> Refusal | None:
    """诉求人一份表单上传的附件不超过规定的个数和总大小，包括已经取消的。"""
    if held.files >= MOST_OF_A_VISIT:
        return unfit(f"一份表单最多上传{MOST_OF_A_VISIT}个文件（包括取消的），多出的没有保存。")
    if held.size + size > most:
        return unfit(f"一份表单的文件总共不超过{most // MB}MB，多出的没有保存。")
    return None


@carries_out(norms.ATTACHMENT_CHECKED)
def admit(*, name: str, content: bytes, limit: int) -> Admitted | Refusal:
    """附件按内容核验类型、大小和完整性，去除照片、视频中的定位等隐含信息。"""
    if refusal := may_upload(name=name, size=len(content), limit=limit):
        return refusal
    try:
        return _admitted(name, content)
    except Unfit as why:
        return unfit(str(why))


def not_examined(name: str, why: NotExamined) -> Refusal:
    """没有核验完的附件不保存，说明原因。"""
    return unfit(f"“{names.cleaned(name)}”没有保存：{why.label}")


def _admitted(name: str, content: bytes) -> Admitted:
    clean_name = names.cleaned(name)
    kind = sniffing.kind_of(content)
    if kind is None:
        raise Unfit(f"“{clean_name}”的内容不是可以上传的文件。{sniffing.advice(content)}")
    ending = names.ending(clean_name)
    if ending not in ENDINGS[kind]:
        raise Unfit(f"“{clean_name}”的内容是{kind.label}，与扩展名“{ending or '无'}”不符，请核对后重新上传。")
    return Admitted(clean_name, kind, CLEANED_BY[kind](content, kind))


@carries_out(norms.ATTACHMENT_CHECKED)
def may_bind(
    *,
    ids: Collection[int],
    found: Collection[AttachmentRef],
    subject: tuple[str, str],
    actor: Actor,
    fresh: bool = False,
    earlier: Collection[AttachmentRef] = (),
) -> Refusal | None:
    """附件只能由上传人用于一件事项；别人的附件和不存在的附件答复相同。作为凭据的，须为这一次上传，内容也不是以前用过的。

    `earlier` are the subject's files of the same contents.
    """
    known = [ref for ref in found if _is_here(ref, subject) or ref.uploaded_by == actor.account]
    if set(ids) != {ref.id for ref in known}:
        return unfit("有附件不存在，或者不是您上传的（上传后没有及时提交的会自动清除），请重新上传。")
    for ref in known:
        if _is_here(ref, subject):
            if fresh:
                return unfit(f"附件“{ref.name}”此前已用于本件，不能再作为这一次的凭据，请上传这一次的扫描件。")
            continue
        if ref.subject_number is not None:
            return unfit(f"附件“{ref.name}”已用于其他事项，请重新上传。")
        if ref.state is FileState.SUSPICIOUS:
            return unfit(f"附件“{ref.name}”可疑，已隔离，不能使用。")
        if fresh and (same := next((one for one in earlier if one.sha256 == ref.sha256), None)):
            return unfit(
                f"附件“{ref.name}”的内容与此前已用于本件的“{same.name}”完全相同，"
                "不能再作为这一次的凭据，请上传这一次的扫描件。"
            )
    return None


def _is_here(ref: AttachmentRef, subject: tuple[str, str]) -> bool:
    return (ref.subject_kind, ref.subject_number) == subject


@carries_out(norms.ATTACHMENT_CHECKED, norms.IDENTITY_PROTECTED)
def may_fetch(ref: AttachmentRef) -> Refusal | None:
    """附件检查通过后方可查看，可疑的隔离保存。"""
    if ref.state is FileState.WAITING:
        return Refusal(f"“{ref.name}”正在安全检查，通常一分钟内完成，请稍后再看。", norms.ATTACHMENT_CHECKED)
    if ref.state is FileState.SUSPICIOUS:
        return Refusal(
            f"“{ref.name}”经检查可疑，已隔离保存，不能查看。请联系⟨administrator⟩。", norms.ATTACHMENT_CHECKED
        )
    if ref.state is FileState.ERASED:
        return Refusal("这个附件已依法删除。", norms.IDENTITY_PROTECTED)
    return None


def unfit(reason: str) -> Refusal:
    return Refusal(reason, norms.ATTACHMENT_CHECKED, field="attachments")
