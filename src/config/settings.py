"""Django's settings.

All that an operator may change comes from the environment:

    TALLYSTICK_HOME           data folder (embedded database, secret key, mail folder)
    TALLYSTICK_DATABASE_URL   a PostgreSQL 15+ of your own; unset: the embedded one
    TALLYSTICK_DATABASE       name of the database on the embedded server
    TALLYSTICK_SECRET_KEY     signs sessions; unset: drawn once and kept in the data folder
    TALLYSTICK_FORMER_SECRET_KEYS  earlier ones, apart by spaces: API keys issued under them keep working
    TALLYSTICK_GATEWAY_KEYS   API keys of gateways, by seller: acme/mollie=live_… acme/stripe=sk_live_…
    TALLYSTICK_GATEWAY_WEBHOOK_SECRETS  what their notices are signed with: acme/stripe/live=whsec_…
    TALLYSTICK_GATEWAY_URLS   addresses of other servers for trials: mollie=http://127.0.0.1:4010
    TALLYSTICK_EMAIL_URL      where e-mail goes; unset: files in the data folder
    TALLYSTICK_EMAIL_FROM     the sender's address where a seller names none
    TALLYSTICK_PRINT_FOLDER   where print batches are kept; unset: `print` in the data folder
    TALLYSTICK_HOSTS          host names under which it is served, separated by commas
    TALLYSTICK_URL            address at which people reach it, for links in files: https://billing.example.com
    TALLYSTICK_HTTPS          "1" where it is served by HTTPS: cookies are then never sent in the clear
    TALLYSTICK_IMPORT_MAX_MB  the largest file that an import takes, in megabytes; unset: 256
    TALLYSTICK_API_CALLS_PER_MINUTE  of one API key, in each web process; unset: 600, 0: any number
    TALLYSTICK_API_WRONG_KEYS_PER_MINUTE  from one address, in each web process; unset: 20, 0: any number
    TALLYSTICK_HEARTBEAT_SECONDS  how often a worker says that it lives; unset: 2. After five missed its jobs come back
    TALLYSTICK_WEBHOOKS_PRIVATE  "1" lets webhooks go to this machine and by plain HTTP, for trials
    TALLYSTICK_DEBUG          "1" shows errors in the browser
    TALLYSTICK_LOG_LEVEL      DEBUG, INFO, WARNING (default), ERROR
    TALLYSTICK_LOG_FORMAT     "json" for one JSON object a line; default text
"""

import os
from pathlib import Path

from config.database import compose_database
from config.gateways import GatewayKeys
from config.logs import compose_logging, route_events
from config.mail import compose_mail
from tallystick.interfaces.console.theme import UNFOLD as UNFOLD
from tallystick.plumbing.home import get_home, get_secret_key

SOURCE = Path(__file__).resolve().parent.parent

DEBUG = os.environ.get("TALLYSTICK_DEBUG") == "1"
SECRET_KEY = get_secret_key()
SECRET_KEY_FALLBACKS = os.environ.get("TALLYSTICK_FORMER_SECRET_KEYS", "").split()
ALLOWED_HOSTS = os.environ.get("TALLYSTICK_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
SITE_ADDRESS = os.environ.get("TALLYSTICK_URL", "").rstrip("/")
# where `tallystick serve` listens, for links of people on this machine while nobody said how others reach it
LOCAL_ADDRESS = os.environ.get("TALLYSTICK_SERVED_AT", "http://localhost:8000")
IS_HTTPS = os.environ.get("TALLYSTICK_HTTPS") == "1"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"] if IS_HTTPS else []

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ninja",
    "procrastinate.contrib.django",
    # The rooms, in the order of the process; see the docstring of the package tallystick.
    "tallystick.plumbing",
    "tallystick.sellers",
    "tallystick.catalog",
    "tallystick.accounts",
    "tallystick.access",
    "tallystick.subscriptions",
    "tallystick.taxes",
    "tallystick.ledger",
    "tallystick.payments",
    "tallystick.credit",
    "tallystick.invoicing",
    "tallystick.documents",
    "tallystick.collection",
    "tallystick.delivery",
    "tallystick.rollups",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tallystick.interfaces.api.middleware.ApiMiddleware",
    "tallystick.interfaces.console.not_allowed.NotAllowedMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SOURCE / "tallystick" / "interfaces" / name / "templates" for name in ("console", "portal")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"console": "tallystick.interfaces.console.tags"},
        },
    }
]

LOGGING = compose_logging(os.environ)
route_events()

DATABASES = {"default": compose_database(os.environ)}
TALLYSTICK_WIRING = "config.wiring.wire"
GATEWAYS = GatewayKeys(os.environ)
GATEWAY_CALLS_PER_SECOND = float(os.environ.get("TALLYSTICK_GATEWAY_CALLS_PER_SECOND", "100"))
SANDBOX_LATENCY_MS = int(os.environ.get("TALLYSTICK_SANDBOX_LATENCY_MS", "0"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "tallystick.interfaces.console.sign_in.StaffAdapter"
ACCOUNT_FORMS = {"login": "tallystick.interfaces.console.sign_in.StaffLoginForm"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"
LOGOUT_REDIRECT_URL = "account_login"

SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [SOURCE / "tallystick" / "interfaces" / name / "static" for name in ("console", "portal")]
WHITENOISE_USE_FINDERS = True  # static files are served from the packages, nothing to collect first

globals().update(compose_mail(os.environ, home=get_home()))
PRINT_FOLDER = os.environ.get("TALLYSTICK_PRINT_FOLDER", "")
DEFAULT_FROM_EMAIL = os.environ.get("TALLYSTICK_EMAIL_FROM", "billing@localhost")

WORKER_HEARTBEAT_SECONDS = float(os.environ.get("TALLYSTICK_HEARTBEAT_SECONDS", "2"))
WEBHOOKS_MAY_BE_PRIVATE = os.environ.get("TALLYSTICK_WEBHOOKS_PRIVATE") == "1"
IMPORT_MAX_BYTES = int(os.environ.get("TALLYSTICK_IMPORT_MAX_MB", "256")) * 1_000_000
API_CALLS_PER_MINUTE = int(os.environ.get("TALLYSTICK_API_CALLS_PER_MINUTE", "600"))
API_WRONG_KEYS_PER_MINUTE = int(os.environ.get("TALLYSTICK_API_WRONG_KEYS_PER_MINUTE", "20"))
