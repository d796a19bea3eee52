"""Django's settings. Everything that differs between installations comes from the environment."""

import os
from datetime import timedelta
from pathlib import Path

from django.core.management.utils import get_random_secret_key

from bihuan.config import database, logs, tracing
from bihuan.outbound.origins import Listed
from bihuan.startup.places import (
    CHECKOUT,
    data_folder,
    fonts_folder,
    identity_key_file,
    known_secret,
    static_folder,
)

PACKAGE = Path(__file__).resolve().parents[1]

DEBUG = os.environ.get("BIHUAN_DEBUG") == "1"
SECRET_KEY = known_secret("secret") or get_random_secret_key()
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("BIHUAN_OLD_SECRET_KEYS", "").split(",") if key]
ALLOWED_HOSTS = os.environ.get("BIHUAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("BIHUAN_ORIGINS", "").split(",") if origin]

DATABASES = {"default": database.settings(database.address(), pool=int(os.environ.get("BIHUAN_POOL", "0")))}
AT_ONCE = int(os.environ.get("BIHUAN_POOL", "0"))
"""How many requests a server process works on at once, one for each connection; 0 for no limit."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

OWN = [
    f"bihuan.{name}"
    for name in (
        "record",
        "floodgate",
        "drafts",
        "organisations",
        "localities",
        "access",
        "duties",
        "bodies",
        "notices",
        "webhooks",
        "carriers",
        "requesters",
        "attachments",
        "documents",
        "cases",
        "rhythm",
        "meetings",
        "commitments",
        "instructions",
        "intake",
        "mailbags",
        "dispatch",
        "feedback",
        "matters",
        "joint",
        "ledgers",
        "determination",
        "supervision",
        "bulletins",
        "accountability",
        "assessment",
        "privacy",
        "clockwork",
        "subjects",
        "web",
        "public",
        "api",
        "walls",
    )
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
    "axes",
    *OWN,
]

MIDDLEWARE = [
    "bihuan.config.requests.identified",
    "bihuan.config.metrics.measured",
    "bihuan.config.requests.known_methods",
    *(["bihuan.config.tracing.traced"] if tracing.wanted() else []),
    "bihuan.config.network.true_address",
    "django.middleware.security.SecurityMiddleware",
    "bihuan.config.headers.content_policy",
    "bihuan.config.bodies.whole",
    "bihuan.config.admission.admitted",
    "bihuan.api.door.door",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bihuan.config.compression.CompressedPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "bihuan.web.middleware.language",
    "bihuan.public.door.admitted",
    "bihuan.config.bodies.doors",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bihuan.web.middleware.face",
]
ROOT_URLCONF = "bihuan.config.urls"
WSGI_APPLICATION = "bihuan.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "bihuan.web.environment.Pages",
        "DIRS": [PACKAGE / face / "templates" for face in ("web", "public")],
        "OPTIONS": {
            "environment": "bihuan.web.environment.environment",
            "context_processors": ["django.contrib.messages.context_processors.messages", "bihuan.web.context.page"],
        },
    }
]

AUTH_USER_MODEL = "organisations.Person"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
CSRF_FAILURE_VIEW = "bihuan.config.failures.forged"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "bihuan.organisations.hashers.OneTimeHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "bihuan.access.passwords.LongEnough", "OPTIONS": {"least": 10}},
    {"NAME": "bihuan.access.passwords.NotTooLong"},
    {"NAME": "bihuan.access.passwords.NotTheName"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "bihuan.access.passwords.NotBreached",
        "OPTIONS": {"path": os.environ.get("BIHUAN_BREACHED_PASSWORDS", "")},
    },
]

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_FORM_FIELD = "account"
AXES_SENSITIVE_PARAMETERS = ["account", "password", "code", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W002", "axes.W006"]
"""The sign-in page tells of a lock in its own words; networks are slowed down (`access.types.FAILURES`)."""
TRUSTED_PROXIES = int(os.environ.get("BIHUAN_TRUSTED_PROXIES", "0"))
"""How many reverse proxies of ours stand before the site; each adds one address to X-Forwarded-For."""

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["bihuan.care.jobs"]
PROCRASTINATE_ON_APP_READY = "bihuan.config.work.on_ready"
PROCRASTINATE_WORKER_DEFAULTS = {"task_middleware": [tracing.job]} if tracing.wanted() else {}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "bihuan_language"
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = static_folder()
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
FONTS = fonts_folder()
LETTERHEAD = Path(os.environ.get("BIHUAN_LETTERHEAD") or DATA_FOLDER / "letterhead")
"""Where a site puts the fonts that it has a licence for, its red head and its own Word templates."""
ATTACHMENT_LIMIT = int(os.environ.get("BIHUAN_ATTACHMENT_MB", "20")) * 1024 * 1024
FORM_LIMIT = int(os.environ.get("BIHUAN_FORM_MB", "64")) * 1024 * 1024
"""Bytes of one form with all its files: told on the page, asked in the browser, and what the proxy lets through."""
LEAST_FREE = int(os.environ.get("BIHUAN_LEAST_FREE_MB", "2048")) * 1024 * 1024
"""Bytes of the disk that uploads leave free: acts need them."""
IDENTITY_KEY_FILE = identity_key_file()
IDENTITY_CIPHER = os.environ.get("BIHUAN_CIPHER", "aes-256-gcm")
"""`aes-256-gcm` or `sm4-gcm`; what the other one sealed stays readable, and `bihuan keys rotate` seals it anew."""

HTTPS = os.environ.get("BIHUAN_HTTPS") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = os.environ.get("BIHUAN_HSTS_SUBDOMAINS") == "1"
SESSION_ENGINE = "bihuan.config.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-session", "__Host-csrf") if HTTPS else ("sessionid", "csrftoken")
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE = timedelta(minutes=int(os.environ.get("BIHUAN_SESSION_IDLE_MINUTES", "30")))
SESSION_WHOLE = timedelta(hours=int(os.environ.get("BIHUAN_SESSION_HOURS", "12")))
SESSION_COOKIE_AGE = int(SESSION_WHOLE.total_seconds())
SIGN_INS_KEPT = timedelta(days=190)
"""Who signed in, from where and when, is kept for at least six months (网络安全法 §21)."""

OIDC_ISSUER = os.environ.get("BIHUAN_OIDC_ISSUER", "").rstrip("/")
OIDC_CLIENT_ID = os.environ.get("BIHUAN_OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = known_secret("oidc") or ""
OIDC_CLAIM = os.environ.get("BIHUAN_OIDC_CLAIM", "preferred_username")
"""Which claim of the provider names our account."""
OIDC_LABEL = os.environ.get("BIHUAN_OIDC_LABEL", "统一身份认证")

ATTACHMENT_SCANNER = os.environ.get("BIHUAN_SCANNER", "")
"""A command that is given a file's path and answers 0 for clean and 1 for suspicious, as `clamdscan --fdpass` does."""
X_FRAME_OPTIONS = "DENY"

OUTBOUND = Listed.parse(os.environ.get("BIHUAN_OUTBOUND", ""))
"""Addresses to which something may go although they are private or, written with http, in clear."""
SITE_ADDRESS = (CSRF_TRUSTED_ORIGINS or [os.environ.get("BIHUAN_ADDRESS", "")])[0].rstrip("/")
"""How the site is called from outside: what goes out leads back to it. Without one links are paths alone."""

LOGGING = logs.settings(
    os.environ.get("BIHUAN_LOG", "WARNING"),
    as_json=os.environ.get("BIHUAN_LOG_FORMAT", "json" if SERVING else "text") == "json",
    access=os.environ.get("BIHUAN_ACCESS_LOG") == "1",
)
