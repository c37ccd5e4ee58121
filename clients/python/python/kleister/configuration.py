"""Where the server is and how to sign in there."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field
from typing import ClassVar


@dataclass
class Configuration:
    """The server's address and what every request carries.

    An `ApiClient` reads it when it is made; later changes reach later clients.
    """

    host: str = "http://try.kleister.tech/api/v1"
    """The address of the API, with or without a slash at its end."""

    _: KW_ONLY

    username: str | None = None
    """Together with a password, sent as `Authorization: Basic` where there is no access token."""

    password: str | None = field(default=None, repr=False)
    """The password of that user."""

    api_key: str | None = field(default=None, repr=False)
    """A token, sent as `X-API-Key`."""

    access_token: str | None = field(default=None, repr=False)
    """A token, sent as `Authorization: Bearer`."""

    _newest: ClassVar["Configuration | None"] = None

    def __post_init__(self) -> None:
        Configuration._newest = self

    @staticmethod
    def newest() -> "Configuration":
        """The configuration that was made last, or the default one where none was."""
        return Configuration._newest or Configuration()

    def headers(self) -> Iterator[tuple[str, str]]:
        """The headers that carry the credentials."""
        if self.access_token is not None:
            yield "Authorization", f"Bearer {self.access_token}"
        elif self.username is not None and self.password is not None:
            pair = f"{self.username}:{self.password}".encode()
            yield "Authorization", f"Basic {b64encode(pair).decode()}"
        if self.api_key is not None:
            yield "X-API-Key", self.api_key
