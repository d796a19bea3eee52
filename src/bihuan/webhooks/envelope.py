"""What goes out of an event: a CloudEvent without a word that anybody wrote, and how it is signed."""

import base64
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import cast

from bihuan.record.stream import StreamEvent

PREFIX = "whsec_"
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


def id_of(jurisdiction: str, event: int) -> str:
    """By which a receiver knows that it has an event already."""
    return f"{jurisdiction}/{event}"


def body_of(event: StreamEvent, *, page: str) -> str:
    """The event as others are told it: by an allow-list of what the engine says of every act; `page` is where one
    reads on."""
    facts = event.facts
    data = {
        "number": event.subject.partition(":")[2],
        "sequence": event.sequence,
        "act": facts.get("act"),
        "stage": facts.get("stage"),
        "norm": event.norm or None,
        "clause": event.clause or None,
        "opened": [_named(one, ("kind", "holder", "due")) for one in _listed(facts, "opens")],
        "settled": [_named(one, ("kind", "outcome", "holder")) for one in _listed(facts, "settles")],
        "lapsed": [str(kind) for kind in cast("list[str]", facts.get("lapses") or [])],
        "link": page,
    }
    told = {
        "specversion": "1.0",
        "id": id_of(event.jurisdiction, event.id),
        "source": f"/jurisdictions/{event.jurisdiction}",
        "type": f"cn.bihuan.{event.kind}.v1",
        "subject": event.subject,
        "time": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": {name: value for name, value in data.items() if value is not None},
    }
    return json.dumps(told, ensure_ascii=False)


def _listed(facts: Mapping[str, object], name: str) -> Iterable[list[str]]:
    return cast("list[list[str]]", facts.get(name) or [])


def _named(values: list[str], names: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(names, values, strict=False))


def headers_of(*, id: str, body: bytes, secrets: Iterable[str], at: datetime) -> dict[str, str]:
    """The headers by which a receiver checks from whom a body comes and when it was sent."""
    moment = str(int(at.timestamp()))
    signed = f"{id}.{moment}.".encode() + body
    return {
        "Content-Type": CONTENT_TYPE,
        "User-Agent": "Bihuan-Webhooks/1",
        "webhook-id": id,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{signature(secret, signed)}" for secret in secrets),
    }


def signature(secret: str, signed: bytes) -> str:
    """HMAC-SHA256 under a secret as it is told: `whsec_` and base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
