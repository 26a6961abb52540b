"""The API `/api/v1`: what the desk can do, a program can."""

from ninja import NinjaAPI

api = NinjaAPI(title="Ancora", version="1", urls_namespace="api")
