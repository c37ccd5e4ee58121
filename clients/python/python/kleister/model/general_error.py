"""What the server says went wrong."""

from dataclasses import dataclass

from kleister.model import Model


@dataclass(frozen=True, kw_only=True)
class GeneralError(Model):
    """What the server says went wrong: the body of every refusal, found in `ApiException.error`."""

    status: int
    """The HTTP status, the same as that of the answer."""

    message: str
    """What happened, why, and where there is one, the next step."""
