"""Whose token it is."""

from dataclasses import dataclass
from datetime import datetime

from kleister.model import Model


@dataclass(frozen=True, kw_only=True)
class AuthVerify(Model):
    """Whose token it is."""

    username: str
    """The username of the token's owner."""

    created_at: datetime
    """When this user was created (not the token), in UTC."""
