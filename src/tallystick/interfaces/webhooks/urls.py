"""Where gateways post to: /hooks/<kind>/<seller>/<mode>/ and, where a token proves the payment, that behind it."""

from django.urls import path

from tallystick.interfaces.webhooks.receiving import receive

app_name = "webhooks"

urlpatterns = [
    path("<slug:kind>/<str:seller>/<slug:mode>/", receive, name="signed"),
    path("<slug:kind>/<str:seller>/<slug:mode>/<str:token>", receive, name="with_token"),
]
