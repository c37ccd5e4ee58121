"""A token and the time at which it ends."""

from dataclasses import dataclass
from datetime import datetime

from kleister.model import Model


@dataclass(frozen=True, kw_only=True)
class AuthToken(Model):
    """A token and the time at which it ends."""

    token: str
    """The token, to be sent as `Authorization: Bearer TOKEN` or `X-API-Key: TOKEN`."""

    expires_at: datetime
    """When the token ends unless it is refreshed before, in UTC."""
