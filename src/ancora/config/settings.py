"""Django's settings, made from the environment. Behaviour that a service lead would change is data, not here."""

import os
from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import pgettext_lazy

from ancora.config import environment
from ancora.config.logs import logging_for
from ancora.platform.database import settings_from
from ancora.platform.http.static_headers import add_static_headers

ENVIRONMENT = environment.read()

SECRET_KEY = ENVIRONMENT.key
DEBUG = ENVIRONMENT.debug
ANCORA_HOME = ENVIRONMENT.home
# Which hosts may be named is decided in `ancora.config.hosts`: the public address is data.
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = [
    "ancora.platform.ui",
    "ancora.platform.accounts",
    "ancora.platform.events",
    "ancora.platform.files",
    "ancora.platform.live",
    "ancora.platform.jobs",
    "ancora.parties",
    "ancora.customers",
    "ancora.conversations",
    "ancora.cases",
    "ancora.desk",
    "ancora.selfservice",
    "ancora.demo",
    "ancora.config",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.humanize",
    "django_htmx",
    "django_prose_editor",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "ancora.platform.http.requests.RequestMiddleware",
    "ancora.platform.http.health.HealthMiddleware",
    "ancora.config.hosts.HostMiddleware",
    # Before what speaks of pages: a file of ours needs less said (`add_static_headers`).
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    # Django pads what it compresses and masks its tokens, so that sizes tell nothing.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ancora.platform.accounts.middleware.PersonalMiddleware",
    "ancora.desk.first_run.middleware.FirstRunMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "ancora.config.urls"
ASGI_APPLICATION = "ancora.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ancora.platform.accounts.middleware.organisation",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **settings_from(os.environ["ANCORA_DSN"]),
        "CONN_MAX_AGE": 0,
        # A connection that died with a restart of the database is replaced before a page meets it.
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    # Statements seen a third time are prepared: planning is a good part of what a short query costs.
    server_side_binding=True,
    prepare_threshold=2,
    # Six pages and parts, three posts of the short way, two that streams begin with, one to spare.
    pool={"min_size": 0, "max_size": 12, "timeout": 4, "max_idle": 120},
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "ancora.platform.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# Who opened the mailed link is in; a second step is asked for all the same.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# Nobody signs up: whoever has an account was invited by an administrator, at an address nobody has to prove.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Ancora"
# A code typed as it changes, or by a clock half a minute off, is still right (RFC 6238, 5.2).
MFA_TOTP_TOLERANCE = 1

CACHES = {
    # Rate limits count here: shared by all web processes. A job puts away what is over; beyond its most entries the
    # cache would throw out counters that still count.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "platform_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000_000},
    },
}
SESSION_ENGINE = "ancora.platform.accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_NAME = "ancora_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "ancora_csrf"
CSRF_FAILURE_VIEW = "ancora.platform.http.errors.stale_form"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
# A form that names a thousand cases, or two thousand messages, has a few fields for each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", pgettext_lazy("in a sentence", "English")), ("it", pgettext_lazy("in a sentence", "Italian"))]
LOCALE_PATHS = [Path(__file__).parent / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.home / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "ancora.platform.ui.storage.HashedStorage"},
}
WHITENOISE_MAX_AGE = 60 * 60 * 24 * 365
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers

CHAT_STREAMS_PER_ADDRESS = ENVIRONMENT.chat_streams

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = "ancora.platform.jobs.register"

MAILERS = {"default": {"BACKEND": "ancora.conversations.channels.email.system_mail.SystemMailBackend"}}
DEFAULT_FROM_EMAIL = ""

LOGGING = logging_for(ENVIRONMENT.log_format, ENVIRONMENT.log_level)
# W004: the address is unique by a constraint on its lower case, which that check cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
