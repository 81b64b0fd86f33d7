"""Which address leads where."""

from django.urls import include, path
from django.views.generic import RedirectView

from config import sandbox_page
from tallystick.interfaces.console.addresses import site

urlpatterns = [
    path("", RedirectView.as_view(url="/console/")),
    path("accounts/", include("allauth.urls")),
    path("console/", site.urls),
    path("portal/", include("tallystick.interfaces.portal.urls")),
    path("pay/", include("tallystick.interfaces.portal.pay_urls")),
    path("sandbox/<slug:ref>", sandbox_page.show),
    path("hooks/", include("tallystick.interfaces.webhooks.urls")),
    path("api/v1/", include("tallystick.interfaces.api.urls")),
]
