"""Django's settings. Everything that differs between installations comes from the environment."""

import os
from importlib.util import find_spec
from pathlib import Path

from django.core.management.utils import get_random_secret_key

from bihuan.config import database
from bihuan.startup.places import CHECKOUT, data_folder, identity_key_file, known_secret

PACKAGE = Path(__file__).resolve().parents[1]

DEBUG = os.environ.get("BIHUAN_DEBUG") == "1"
SECRET_KEY = known_secret("secret") or get_random_secret_key()
ALLOWED_HOSTS = os.environ.get("BIHUAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("BIHUAN_ORIGINS", "").split(",") if origin]

DATABASES = {"default": database.settings(database.address(), pool=int(os.environ.get("BIHUAN_POOL", "0")))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

OWN = [
    f"bihuan.{name}"
    for name in (
        "record",
        "organisations",
        "duties",
        "requesters",
        "attachments",
        "cases",
        "intake",
        "dispatch",
        "feedback",
        "matters",
        "clockwork",
        "web",
        "api",
    )
    if (PACKAGE / name / "apps.py").exists()
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    *OWN,
]

MIDDLEWARE = [
    "bihuan.config.metrics.measured",
    "django.middleware.security.SecurityMiddleware",
    "bihuan.api.door.door",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bihuan.config.headers.content_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    *(["bihuan.web.middleware.face"] if find_spec("bihuan.web.middleware") else []),
]
ROOT_URLCONF = "bihuan.config.urls"
WSGI_APPLICATION = "bihuan.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *(["bihuan.web.context.page"] if find_spec("bihuan.web.context") else []),
            ]
        },
    }
]

AUTH_USER_MODEL = "organisations.Person"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
CSRF_FAILURE_VIEW = "bihuan.web.views.errors.forged"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = "bihuan.config.work.on_ready"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("BIHUAN_STATIC") or data_folder() / "static")
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "bihuan.config.libraries.LibraryFinder",
]
NODE_MODULES = Path(os.environ.get("BIHUAN_NODE_MODULES") or CHECKOUT / "node_modules")
SERVING = os.environ.get("BIHUAN_SERVE") == "1"
"""Set by `bihuan up`: static files are then collected, hashed and compressed; else they are found where they lie."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "bihuan.config.static.HashedStorage"
        if SERVING
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not SERVING
DATA_FOLDER = data_folder()
MEDIA_ROOT = DATA_FOLDER / "attachments"
ATTACHMENT_LIMIT = int(os.environ.get("BIHUAN_ATTACHMENT_MB", "20")) * 1024 * 1024
IDENTITY_KEY_FILE = identity_key_file()
IDENTITY_CIPHER = os.environ.get("BIHUAN_CIPHER", "aes-256-gcm")
"""`aes-256-gcm` or `sm4-gcm`; what the other one sealed stays readable, and `bihuan keys rotate` seals it anew."""

HTTPS = os.environ.get("BIHUAN_HTTPS") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"django.request": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": os.environ.get("BIHUAN_LOG", "WARNING")},
}
