"""Which address leads where."""

from django.urls import include, path
from django.views.generic import RedirectView

from tallystick.interfaces.console.addresses import site

urlpatterns = [
    path("", RedirectView.as_view(url="/console/")),
    path("accounts/", include("allauth.urls")),
    path("console/", site.urls),
    path("portal/", include("tallystick.interfaces.portal.urls")),
    path("hooks/", include("tallystick.interfaces.webhooks.urls")),
    path("api/v1/", include("tallystick.interfaces.api.urls")),
]
