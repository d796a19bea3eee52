"""HTTP/1.1 as plainly as it goes, so that a measurement takes next to nothing from what it measures."""

import asyncio
import re

from bench.site import PORT


class Wire:
    """A connection that is kept open, and opened anew where the server has ended it."""

    def __init__(self) -> None:
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, said: str, body: bytes = b"") -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer; `said` are header lines, each ended by CRLF."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", PORT, limit=1 << 20)
        reader, writer = self._streams
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{said}{length}\r\n".encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        told = re.search(rb"(?i)content-length: (\d+)", head)
        answer = await (reader.readexactly(int(told[1])) if told else _chunks(reader))
        if re.search(rb"(?i)\r\nconnection: close", head):
            self.close()
        return int(head[9:12]), head, answer

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)


def as_json(token: str) -> str:
    """The header lines of who posts JSON by a token."""
    return f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
