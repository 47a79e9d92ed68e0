"""All settings, from the environment. Nothing needs to be set: a fresh clone runs on files in `var/`."""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote

from django.utils.translation import gettext_lazy as _

from relacja.lib import env

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(
    env.text("RELACJA_HOME", about="The folder that holds all data.", usually="`var` in the folder of the program")
    or PACKAGE.parent / "var"
).resolve()


def _database(parts: SplitResult) -> dict[str, Any]:
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path) if parts.path else str(HOME / "records.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    # Each of some thirty threads has a connection: caches of 16 MB, and 64 MB of the file in sight.
                    # Four times as much made lists no faster on a million contacts, and the process 200 MB larger
                    # (2026-11).
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16384;"
                    "PRAGMA mmap_size=67108864; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
                    "PRAGMA wal_autocheckpoint=8000"  # 32 MB: pages that an import touches again are copied once
                ),
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or dict(parse_qsl(parts.query)).get("host", "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5},
    }


SECRET_KEY = env.secret(
    "SECRET_KEY",
    HOME / "secret_key",
    about="What sessions, links and visitors are signed with. Several machines need one.",
)
SECRET_KEY_FALLBACKS = [
    key
    for key in env.text(
        "SECRET_KEY_FALLBACKS", about="Earlier keys, separated by commas: links signed with them stay valid."
    ).split(",")
    if key
]
DEBUG = env.flag("DEBUG", about="Errors show their traceback in the browser. Never where others can reach it.")
PORT = env.number("PORT", 8000, about="The port to listen on; `--port` comes first.")
BASE_URL = env.text(
    "BASE_URL",
    f"http://127.0.0.1:{PORT}",
    about="The address people use: links in messages and cookies are made for it.",
    usually="`http://127.0.0.1` with the port",
).rstrip("/")
ALLOWED_HOSTS = env.text(
    "ALLOWED_HOSTS",
    "*" if BASE_URL.startswith("http://127.0.0.1") else "",
    about="Names under which requests are answered, separated by commas.",
    usually="every name while `BASE_URL` is `http://127.0.0.1`, then none",
).split(",")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
COMPANY_NAME = env.text(
    "COMPANY_NAME", "Relacja", about="The company, as its people and its customers read it on every page."
)
ADMIN_EMAIL = env.text(
    "ADMIN_EMAIL", "admin@example.com", about="With what the first administrator signs in, while nobody works here yet."
)

DATABASES = {
    "default": _database(
        env.url(
            "DATABASE_URL",
            "sqlite://",
            schemes=("sqlite", "postgresql", "postgres"),
            about="The records. `sqlite://` is a file in the home folder, `sqlite:///path` another one.",
        )
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EVENTS_URL = env.address(
    "EVENTS_URL",
    f"chdb://{HOME / 'facts'}",
    schemes=("chdb", "clickhouse", "clickhouses"),
    about="The facts: a folder of the embedded ClickHouse, or a server.",
    usually="`facts` in the home folder",
)
REDIS_URL = env.address(
    "REDIS_URL",
    "",
    schemes=("redis", "rediss", "unix"),
    about="How pages of several processes stay live. Without it each hears only of its own changes.",
)
EMAIL_URL = env.address(
    "EMAIL_URL",
    "",
    schemes=("smtp",),
    about="The mail server, like `smtp://user:password@mail.example:587`. Without it messages are kept in the Outbox.",
)
MESSAGES_PER_DAY = env.number(
    "MESSAGES_PER_DAY", 3, about="How many marketing messages one person gets within a day at most."
)
DEMO = env.text("DEMO", about="`yes` loads demo data into an empty base and sends at any hour; `no`; or `ask`.")
QUIET_HOURS = env.hours(
    "QUIET_HOURS",
    "off" if DEMO.lower() == "yes" else "21:00-08:00",
    about="When marketing messages wait, in the company's zone.",
    usually="`21:00-08:00`; `off` with `DEMO=yes`",
)
DEFAULT_FROM_EMAIL = env.text(
    "EMAIL_FROM", "Rowerownia Żuraw <sklep@zuraw.example>", about="The sender of messages: a name and an address."
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "ninja",
    "relacja.ui",
    "relacja.jobs",
    "relacja.clickhouse",
    "relacja.staff",
    "relacja.events",
    "relacja.places",
    "relacja.contacts",
    "relacja.imports",
    "relacja.segments",
    "relacja.messaging",
    "relacja.journeys",
    "relacja.quality",
    "relacja.assignments",
    "relacja.external",
    "relacja.behaviour",
    "relacja.web",
    "relacja.demo",
]
AUTH_USER_MODEL = "staff.User"
LOGIN_URL = "staff:sign-in"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "relacja.ui.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "relacja.staff.middleware.PersonsLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "relacja.ui.middleware.Refusals",
    "relacja.staff.middleware.DeniedByDefault",
    "relacja.staff.middleware.OwnPassword",
]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
APPEND_SLASH = True

ROOT_URLCONF = "relacja.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "relacja.ui.context.frame",
            ],
            "builtins": ["template_partials.templatetags.partials", "relacja.ui.templatetags.ui"],
        },
    }
]

ABANDONED_CART_MINUTES = env.number(
    "ABANDONED_CART_MINUTES",
    60,
    about="How long the ready-made journey and segment wait before a cart counts as abandoned.",
)

LANGUAGE_CODE = env.one_of(
    "COMPANY_LANGUAGE",
    ("pl", "en"),
    about="The language of what comes ready-made, and of letters and pages for people whose language is not known.",
)
LANGUAGES = [("pl", _("Polish")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.zone("TIME_ZONE", "Europe/Warsaw", about="The company's time zone: days, hours and quiet hours.")

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = str(HOME / "media")
DOCUMENT_MEGABYTES = env.number("DOCUMENT_MEGABYTES", 25, about="How large a document may be, up to 29 megabytes.")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "relacja.ui.uploads.ToDisk"]

PREVIEW_SECONDS = env.number(
    "PREVIEW_SECONDS",
    5,
    about="How long may be counted who meets a rule that is being written, before that is stopped.",
)
PREVIEW_MEGABYTES = env.number(
    "PREVIEW_MEGABYTES", 1_000, about="How much memory that may take; whoever writes is told what was too much."
)
EXTERNAL_FOLDER = env.text(
    "EXTERNAL_FOLDER",
    about="A folder in which others leave tables about people, CSV or Parquet: external data reads them.",
)

INTAKE_SERVER_RATE = env.number("INTAKE_SERVER_RATE", 50_000, about="Events a second taken of one server key.")
INTAKE_BROWSER_RATE = env.number(
    "INTAKE_BROWSER_RATE", 200, about="Events a second taken of one browser key from one network."
)
API_RATE = env.number("API_RATE", 500, about="Requests a second taken of one API key; five times as many at once.")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Both speak of every attempt; who asked says what failed.
    "loggers": {"clickhouse_connect": {"level": "ERROR"}, "urllib3": {"level": "ERROR"}},
}
