"""The refusals of access."""

from tallystick.errors import Conflict, Forbidden, InvalidInput, NotFound, Refusal


class NotAuthenticated(Refusal):
    """Nobody is known by these credentials."""

    code = "not_authenticated"


class KeyNotAccepted(NotAuthenticated):
    """This is not an API key of this installation. Send one as "Authorization: Bearer tally_..."."""

    code = "key_not_accepted"


class KeyExpired(NotAuthenticated):
    """The API key {prefix}... expired at {expires_at}. Ask an admin for a new one."""

    code = "key_expired"


class KeyRevoked(NotAuthenticated):
    """The API key {prefix}... was revoked at {revoked_at}. Ask an admin for a new one."""

    code = "key_revoked"


class RoleUnknown(InvalidInput):
    """There is no role {role}; the roles are viewer, clerk, finance and admin."""

    code = "role_unknown"
    field = "role"


class StaffUserUnknown(NotFound):
    """There is no staff user {login}."""

    code = "staff_user_unknown"


class StaffUserExists(Conflict):
    """There is a user {email} already."""

    code = "staff_user_exists"
    field = "email"


class EmailNotValid(InvalidInput):
    """{email} is not an e-mail address."""

    code = "email_not_valid"
    field = "email"


class PasswordTooWeak(InvalidInput):
    """This password can't be used: {reasons}"""

    code = "password_too_weak"
    field = "password"


class LastAdmin(Conflict):
    """{login} is the last admin. Make someone else admin first, or nobody could give roles any more."""

    code = "last_admin"
    field = "role"


class KeyUnknown(NotFound):
    """There is no API key {key_id}."""

    code = "key_unknown"


class KeyNameMissing(InvalidInput):
    """An API key needs a name of 1 to 80 characters that says what it is for."""

    code = "key_name_missing"
    field = "name"


class ScopeUnknown(InvalidInput):
    """There is no permission {scope}."""

    code = "scope_unknown"
    field = "scopes"


class ScopesMissing(InvalidInput):
    """An API key needs at least one scope, or it could do nothing."""

    code = "scopes_missing"
    field = "scopes"


class ScopeBeyondIssuer(Forbidden):
    """{label} may not give a key the scope {scope}, since {label} does not have it."""

    code = "scope_beyond_issuer"
    field = "scopes"


class ExpiryInThePast(InvalidInput):
    """A key that expires at {expires_at} would be dead at once."""

    code = "expiry_in_the_past"
    field = "expires_at"


class CustomerUserUnknown(NotFound):
    """There is no customer user {email} of this account."""

    code = "customer_user_unknown"


class CodeNotAccepted(NotAuthenticated):
    """This code is wrong or no longer valid. Ask for a new one; it lives 15 minutes."""

    code = "code_not_accepted"
    field = "code"
