"""Webhook endpoints in five lines: `okpay.contrib.fastapi`, `.django` and `.flask`. Each needs its framework, and nothing else does."""
