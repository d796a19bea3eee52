from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "bihuan.attachments"
    verbose_name = "附件"
