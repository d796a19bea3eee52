"""The one zone in which the jurisdictions live."""

from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
