"""Pictures are drawn anew: place, camera, comments and whatever hung on to the file stay behind."""

from io import BytesIO

from PIL import Image, ImageOps, ImageSequence

from bihuan.attachments.types import FileKind, Unfit

MOST_PIXELS = 50_000_000
"""Of all frames together: what a phone takes, and what the memory of the sandbox holds twice."""
MOST_FRAMES = 200
LONGEST_SIDE = 12_000
EFFORT = 2
"""Of 6, for WebP: with more the encoder takes many times as long for a few bytes less."""
QUALITY = 92
_TOO_LARGE = "图片太大，请缩小后上传。"
_FORMATS = {
    FileKind.JPEG: ("JPEG", "MPO"),
    FileKind.PNG: ("PNG",),
    FileKind.WEBP: ("WEBP",),
    FileKind.GIF: ("GIF",),
}


def cleaned(content: bytes, kind: FileKind) -> bytes:
    """The picture drawn anew, upright, animation kept; raises Unfit."""
    try:
        with Image.open(BytesIO(content), formats=_FORMATS[kind]) as picture:
            _refuse_large(picture, 1)
            moving = kind in {FileKind.GIF, FileKind.WEBP, FileKind.PNG} and getattr(picture, "is_animated", False)
            return _moving(picture, kind, content) if moving else _still(picture, kind, content)
    except Unfit:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise Unfit(_TOO_LARGE) from None
    except Exception as error:
        # Pillow's readers raise nearly anything on a broken file: OSError, SyntaxError, struct.error, KeyError …
        raise Unfit("图片已损坏或不完整，请重新拍摄或导出后上传。") from error


def _refuse_large(picture: Image.Image, frames: int) -> None:
    if frames > MOST_FRAMES:
        raise Unfit(f"动图帧数过多，不超过 {MOST_FRAMES} 帧，请剪短后上传。")
    if max(picture.size) > LONGEST_SIDE:
        raise Unfit(f"图片太大，每边不超过 {LONGEST_SIDE:,} 像素，请缩小后上传。")
    if picture.width * picture.height * frames > MOST_PIXELS:
        raise Unfit(f"图片太大，总像素不超过 {MOST_PIXELS // 10_000} 万，请缩小后上传。")


def _still(picture: Image.Image, kind: FileKind, content: bytes) -> bytes:
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    if kind is FileKind.JPEG and upright.mode not in {"L", "RGB"}:
        upright = upright.convert("RGB")
    transparent = upright.info.get("transparency")
    upright.info = {}
    out = BytesIO()
    more = {} if transparent is None else {"transparency": transparent}
    _draw(upright, out, kind, content, **more)
    return out.getvalue()


def _moving(picture: Image.Image, kind: FileKind, content: bytes) -> bytes:
    loop = picture.info.get("loop")
    frames, lengths = [], []
    for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
        _refuse_large(frame, number)  # counted one by one: to ask for their number reads all there are
        drawn = frame.convert("RGBA")
        lengths.append(round(frame.info.get("duration", 100)))  # WebP knows it only once the frame is drawn
        drawn.info = {}
        frames.append(drawn)
    out = BytesIO()
    more = {} if loop is None else {"loop": loop}
    _draw(frames[0], out, kind, content, save_all=True, append_images=frames[1:], duration=lengths, **more)
    return out.getvalue()


def _draw(picture: Image.Image, out: BytesIO, kind: FileKind, content: bytes, **more: object) -> None:
    """Write what was read: what fails now is no fault of the file but its size."""
    try:
        picture.save(out, format=kind.name, **_settings(kind, content), **more)
    except (OSError, MemoryError):
        raise Unfit(_TOO_LARGE) from None


def _settings(kind: FileKind, content: bytes) -> dict[str, object]:
    match kind:
        case FileKind.JPEG:
            return {"quality": QUALITY}
        case FileKind.WEBP:
            return {"quality": QUALITY, "lossless": b"VP8L" in content[:4096], "method": EFFORT}
        case _:
            return {}
