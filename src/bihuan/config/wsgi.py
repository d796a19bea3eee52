"""The application that a WSGI server calls."""

import os

from django.core.wsgi import get_wsgi_application

from bihuan.kernel.lasting import lasting

os.environ.setdefault("BIHUAN_PROCESS", "site")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")

with lasting():
    application = get_wsgi_application()
