"""Addresses of pages behind a signed token; to be included under `pay/`."""

from django.urls import path

from tallystick.interfaces.portal.pages import pay_page

app_name = "pay"

urlpatterns = [
    path("<str:token>/", pay_page.show, name="page"),
    path("<str:token>/pay/", pay_page.pay, name="pay"),
    path("<str:token>/back/<uuid:attempt_id>/", pay_page.come_back, name="return"),
    path("<str:token>/documents/<int:document_id>/", pay_page.download, name="document"),
]
