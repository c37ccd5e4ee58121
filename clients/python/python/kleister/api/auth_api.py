"""Signing in: credentials for a token, a token for a newer one, a token for what stands behind it."""

from kleister.api_client import ApiClient
from kleister.model.auth_login import AuthLogin
from kleister.model.auth_token import AuthToken
from kleister.model.auth_verify import AuthVerify


class AuthApi:
    """The calls below `/auth`; each raises `ApiException` where it has no result."""

    api_client: ApiClient
    """The connection that the calls go through."""

    def __init__(self, api_client: ApiClient | None = None) -> None:
        self.api_client = ApiClient() if api_client is None else api_client
        if not isinstance(self.api_client, ApiClient):
            raise TypeError(f"api_client must be an ApiClient, not {type(api_client).__name__}")

    def login_user(self, auth_login: AuthLogin) -> AuthToken:
        """A new token for a username and its password; status 401 where they do not belong together."""
        if not isinstance(auth_login, AuthLogin):
            raise TypeError(f"auth_login must be an AuthLogin, not {type(auth_login).__name__}")
        return AuthToken(**self.api_client._client.login(auth_login.username, auth_login.password))

    def refresh_auth(self) -> AuthToken:
        """A newer token for the credentials in the client's headers; status 401 without valid ones."""
        return AuthToken(**self.api_client._client.refresh())

    def verify_auth(self, token: str) -> AuthVerify:
        """Whose token this is; status 401 where it is nobody's."""
        return AuthVerify(**self.api_client._client.verify(token))
