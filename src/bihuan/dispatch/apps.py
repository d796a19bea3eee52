from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "bihuan.dispatch"
    verbose_name = "派单"
