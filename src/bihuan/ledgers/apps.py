"""The ledgers of cases and matters: what their pages show, saved views, and exports."""

from django.apps import AppConfig


class LedgersConfig(AppConfig):
    """The ledgers of cases and matters: what their pages show, saved views, and exports."""

    name = "bihuan.ledgers"
    label = "ledgers"
