from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "bihuan.feedback"
    verbose_name = "反馈"
