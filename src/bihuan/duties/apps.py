"""The duty ledger."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """The duty ledger."""

    name = "bihuan.duties"
    label = "duties"
