"""Cases, their stage table and their ledger."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases, their stage table and their ledger."""

    name = "bihuan.cases"
    label = "cases"
