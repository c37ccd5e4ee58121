"""The credentials to authenticate."""

from dataclasses import dataclass, field

from kleister.model import Model


@dataclass(frozen=True, kw_only=True)
class AuthLogin(Model):
    """The credentials to authenticate; the password is kept out of the printed form."""

    username: str
    """The username, upper and lower case alike."""

    password: str = field(repr=False)
    """The password, exactly as it was chosen."""
