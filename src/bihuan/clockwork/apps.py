"""What happens because time goes by."""

from django.apps import AppConfig


class ClockworkConfig(AppConfig):
    """What happens because time goes by."""

    name = "bihuan.clockwork"
    label = "clockwork"
