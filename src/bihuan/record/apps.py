"""The event record."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """The event record."""

    name = "bihuan.record"
    label = "record"
