"""The two addresses."""

from django.urls import path

from orders import views

urlpatterns = [
    path("orders/<slug:reference>/charge", views.charge),
    path("webhooks/okpay", views.told),
]
