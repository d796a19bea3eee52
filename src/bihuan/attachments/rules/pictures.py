"""Pictures are drawn anew: place, camera, comments and whatever hung on to the file stay behind."""

from io import BytesIO

from PIL import Image, ImageOps, ImageSequence

from bihuan.attachments.types import FileKind, Unfit

MOST_PIXELS = 50_000_000
"""Of all frames together: what a phone takes, and what a server can hold for each of its threads."""
QUALITY = 92
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
            moving = kind in {FileKind.GIF, FileKind.WEBP, FileKind.PNG} and getattr(picture, "n_frames", 1) > 1
            frames = getattr(picture, "n_frames", 1) if moving else 1
            if picture.width * picture.height * frames > MOST_PIXELS:
                raise Unfit(f"图片太大，总像素不超过 {MOST_PIXELS // 10_000} 万，请缩小后上传。")
            return _moving(picture, kind, content) if moving else _still(picture, kind, content)
    except Unfit:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit("图片太大，请缩小后上传。") from None
    except Exception as error:
        # Pillow's readers raise nearly anything on a broken file: OSError, SyntaxError, struct.error, KeyError …
        raise Unfit("图片已损坏或不完整，请重新拍摄或导出后上传。") from error


def _still(picture: Image.Image, kind: FileKind, content: bytes) -> bytes:
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    if kind is FileKind.JPEG and upright.mode not in {"L", "RGB"}:
        upright = upright.convert("RGB")
    transparent = upright.info.get("transparency")
    upright.info = {}
    out = BytesIO()
    more = {"transparency": transparent} if transparent is not None and kind is not FileKind.JPEG else {}
    upright.save(out, format=kind.name, **_settings(kind, content), **more)
    return out.getvalue()


def _moving(picture: Image.Image, kind: FileKind, content: bytes) -> bytes:
    loop = picture.info.get("loop")
    frames, lengths = [], []
    for frame in ImageSequence.Iterator(picture):
        drawn = frame.convert("RGBA")
        lengths.append(round(frame.info.get("duration", 100)))  # WebP knows it only once the frame is drawn
        drawn.info = {}
        frames.append(drawn)
    out = BytesIO()
    more = {} if loop is None else {"loop": loop}
    frames[0].save(
        out,
        format=kind.name,
        save_all=True,
        append_images=frames[1:],
        duration=lengths,
        **_settings(kind, content),
        **more,
    )
    return out.getvalue()


def _settings(kind: FileKind, content: bytes) -> dict[str, object]:
    match kind:
        case FileKind.JPEG:
            return {"quality": QUALITY}
        case FileKind.WEBP:
            return {"quality": QUALITY, "lossless": b"VP8L" in content[:4096]}
        case _:
            return {}
