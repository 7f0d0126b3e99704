"""What Django is told. Everything that is secret or differs from one installation to the next comes from the environment."""

import os

SECRET_KEY = os.environ["SHOP_SECRET_KEY"]
ALLOWED_HOSTS = os.environ.get("SHOP_HOSTS", "127.0.0.1,localhost").split(",")
INSTALLED_APPS = ["orders"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
ROOT_URLCONF = "shop.urls"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SHOP_DATABASE", "charges.sqlite"),
        # A transaction holds the lock from its beginning: what it has read is still true when it writes.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode = WAL"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

# `okpay.Client()` reads its own variables: OKPAY_BASE_URL, OKPAY_KEY_ID, OKPAY_SECRET, OKPAY_GATEWAY_KEYS.
OKPAY_WEBHOOK_SECRETS = os.environ["OKPAY_WEBHOOK_SECRET"].split(",")
