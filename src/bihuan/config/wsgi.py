"""The application that a WSGI server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("BIHUAN_PROCESS", "site")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")

application = get_wsgi_application()
