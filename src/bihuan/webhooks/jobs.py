"""The clockwork of webhooks: the only place from which anything goes to an endpoint."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from bihuan.organisations import clocks
from bihuan.outbound import http
from bihuan.webhooks import commands, queries
from bihuan.webhooks.envelope import headers_of, id_of
from bihuan.webhooks.types import Claimed, Tried

_log = logging.getLogger(__name__)
AT_MOST = 45.0
"""Seconds that one run goes on sending to one endpoint: then others have their turn."""


@app.periodic(cron="* * * * *")
@app.task(name="webhooks.take_in", queueing_lock="webhooks.take_in")
def take_in(timestamp: int) -> None:
    """Every minute: queue what happened, and begin to send wherever something waits."""
    while commands.take_in(at=clocks.real()):
        continue
    for endpoint in queries.with_work(clocks.real()):
        _begin(endpoint)


@app.task(name="webhooks.deliver")
def deliver(endpoint: int) -> None:
    """Send to one endpoint what waits for it."""
    if not deliver_to(endpoint, clock=clocks.real, seconds=AT_MOST):
        _begin(endpoint)


@app.periodic(cron="33 3 * * *")
@app.task(name="webhooks.forget", queueing_lock="webhooks.forget")
def forget(timestamp: int) -> None:
    """Every night: forget what is older than the log is kept."""
    commands.forget(at=clocks.real())


def _begin(endpoint: int) -> None:
    job = deliver.configure(lock=f"webhooks {endpoint}", queueing_lock=f"webhooks.deliver {endpoint}")
    try:
        with transaction.atomic():
            job.defer(endpoint=endpoint)
    except AlreadyEnqueued:
        return


def deliver_to(
    endpoint: int, *, clock: Callable[[], datetime], seconds: float = AT_MOST, patience: float = http.SECONDS
) -> bool:
    """Send one event after the other; answers whether nothing was left to be sent when the time was over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        claimed = commands.claim(endpoint=endpoint, at=clock())
        if claimed is None:
            return True
        commands.note(claimed=claimed, tried=_try(claimed, clock(), patience), at=clock())
    return False


def _try(claimed: Claimed, at: datetime, patience: float) -> Tried:
    if not claimed.secrets:
        return Tried(None, trouble="签名密钥无法解密：请更换密钥。")
    body = claimed.body.encode()
    id = id_of(claimed.jurisdiction, claimed.event)
    headers = headers_of(id=id, body=body, secrets=claimed.secrets, at=at)
    began = time.monotonic()
    try:
        answer = http.send(claimed.address, body, headers=headers, listed=commands.listed(), seconds=patience)
    except http.NotSent as error:
        return Tried(None, trouble=str(error), milliseconds=_since(began))
    trouble = "不跟随转向。" if 300 <= answer.status < 400 else ""
    return Tried(answer.status, answer.text, trouble, _since(began))


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
