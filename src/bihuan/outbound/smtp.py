"""One e-mail to a relay: to the very address that was looked at, under TLS unless the operator lists the relay."""

import smtplib
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from bihuan.outbound.http import NotSent, connected, deadline, resolved
from bihuan.outbound.origins import Listed, Origin

SECONDS = 30.0
"""So long one e-mail may take in all."""
SCHEMES = ("smtps", "smtp")


class Rejected(Exception):
    """The relay will never take this in; says why in words."""


@dataclass(frozen=True, slots=True)
class Relay:
    """Where e-mails are given to."""

    address: str
    """`smtps://host` speaks TLS from the first byte, `smtp://host` begins it with STARTTLS."""
    username: str = ""
    password: str = field(default="", repr=False)


def send(message: EmailMessage, *, to: str, relay: Relay, listed: Listed, seconds: float = SECONDS) -> str:
    """Give an e-mail to a relay; answers what it said. Raises NotSent, after which the same may be given again, and
    Rejected, after which it may not."""
    if why := listed.refusal(relay.address, SCHEMES):
        raise NotSent(why)
    until = time.monotonic() + seconds
    origin = Origin.of(relay.address, SCHEMES)
    found = listed.allowed(origin, resolved(origin, until))
    if not found:
        raise NotSent(f"{origin.host} 指向内部网络的地址，没有发送。")
    with deadline(until) as guard:
        try:
            made = connected(found, origin.port, guard, until)
        except OSError as error:
            raise NotSent(f"连不上邮件服务器：{type(error).__name__}。") from error
        try:
            with made:
                return _give(made, origin, message, to, relay, clear=origin in listed.origins)
        except smtplib.SMTPResponseException as error:
            said = _text(error.smtp_error)
            words = f"邮件服务器答复{error.smtp_code}：{said}"[:200]
            if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError) or error.smtp_code < 500:
                raise NotSent(words) from error
            raise Rejected(words) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, refused = next(iter(error.recipients.values()))
            words = f"收件地址被拒绝{code}：{_text(refused)}"[:200]
            raise (NotSent if code < 500 else Rejected)(words) from error
        except smtplib.SMTPNotSupportedError as error:
            raise NotSent("邮件服务器不支持加密或者登录。") from error
        except (OSError, smtplib.SMTPException) as error:
            words = "超过时限没有应答。" if guard.over else f"连接中断：{type(error).__name__}。"
            raise NotSent(words) from error


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


class _Client(smtplib.SMTP):
    """Speaks over a socket that is connected already."""

    def __init__(self, made: socket.socket, host: str) -> None:
        self._made = made
        super().__init__(host, 1, local_hostname="bihuan.localdomain", timeout=made.gettimeout() or SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._made


def _give(made: socket.socket, origin: Origin, message: EmailMessage, to: str, relay: Relay, *, clear: bool) -> str:
    context = ssl.create_default_context()
    if origin.scheme == "smtps":
        made = context.wrap_socket(made, server_hostname=origin.host)
    client = _Client(made, origin.host)
    try:
        client.ehlo_or_helo_if_needed()
        if origin.scheme == "smtp" and (client.has_extn("starttls") or not clear):
            client.starttls(context=context)
        if relay.username:
            client.login(relay.username, relay.password)
        client.send_message(message, from_addr=str(message["From"].addresses[0].addr_spec), to_addrs=[to])
        said = "ok"
        with suppress(OSError, smtplib.SMTPException):  # it has it already
            client.quit()
        return said
    finally:
        client.close()
