"""Files that come with a request or an answer."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """附件。"""

    name = "bihuan.attachments"
    verbose_name = "附件"
