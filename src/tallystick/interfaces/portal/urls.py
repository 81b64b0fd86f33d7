"""Addresses of the portal; to be included under `portal/`."""

from django.urls import path

from tallystick.interfaces.portal.pages import methods, subscribing
from tallystick.interfaces.portal.pages.home import download_document, show_home
from tallystick.interfaces.portal.pages.paying import come_back, pay
from tallystick.interfaces.portal.pages.sign_in import enter_code, show_sign_in, sign_out

app_name = "portal"

urlpatterns = [
    path("", show_home, name="home"),
    path("sign-in/", show_sign_in, name="sign-in"),
    path("sign-in/code/", enter_code, name="enter-code"),
    path("sign-out/", sign_out, name="sign-out"),
    path("accounts/<int:account_id>/", show_home, name="account"),
    path("accounts/<int:account_id>/pay/", pay, name="pay"),
    path("accounts/<int:account_id>/pay/<uuid:attempt_id>/", come_back, name="pay-return"),
    path("accounts/<int:account_id>/methods/add/", methods.add, name="method-add"),
    path("accounts/<int:account_id>/methods/set-up/<uuid:setup_id>/", methods.come_back, name="method-setup"),
    path("accounts/<int:account_id>/methods/<int:method_id>/replace/", methods.add, name="method-replace"),
    path("accounts/<int:account_id>/methods/<int:method_id>/default/", methods.choose, name="method-default"),
    path("accounts/<int:account_id>/methods/<int:method_id>/remove/", methods.remove, name="method-remove"),
    path("accounts/<int:account_id>/subscription/", subscribing.show, name="subscription"),
    path("accounts/<int:account_id>/subscribe/<slug:plan>/", subscribing.begin, name="subscribe"),
    path("accounts/<int:account_id>/subscribed/<uuid:attempt_id>/", subscribing.come_back, name="subscribe-return"),
    path(
        "accounts/<int:account_id>/subscriptions/<int:subscription_id>/cancel/",
        subscribing.cancel,
        name="subscription-cancel",
    ),
    path(
        "accounts/<int:account_id>/subscriptions/<int:subscription_id>/resume/",
        subscribing.resume,
        name="subscription-resume",
    ),
    path("accounts/<int:account_id>/documents/<int:document_id>/", download_document, name="document"),
]
