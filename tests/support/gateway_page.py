"""The site with a gateway's own page in front of it, on which a customer leaves a good card and goes back."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as site_patterns
from tallystick.payments.gateways.sandbox.pages import pay_page
from tallystick.payments.models import MethodSetup
from tallystick.plumbing import clock

PAGE = '<!doctype html><html lang="en"><title>Gateway</title><main><a href="{back}">Leave Visa 4242</a></main></html>'


def show_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The customer leaves their card; the link leads back to us."""
    pay_page(ref, number="4242424242424242", at=clock.now())
    return HttpResponse(PAGE.format(back=MethodSetup.objects.get(gateway_ref=ref).return_url))


urlpatterns = [path("sandbox/<slug:ref>", show_page), *site_patterns]
