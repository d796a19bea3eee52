from django.apps import AppConfig


class RequestersConfig(AppConfig):
    name = "bihuan.requesters"
    verbose_name = "诉求人"
