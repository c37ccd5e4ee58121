"""What is raised where a call has no result."""

import json
from collections.abc import Mapping

from kleister.model.general_error import GeneralError


class ApiException(Exception):
    """The server refused, or could not be asked."""

    status: int
    """The HTTP status; 0 where no answer came."""

    reason: str
    """The usual words for the status; without an answer, what happened instead."""

    body: str | None
    """The body of the answer as it came."""

    headers: Mapping[str, str] | None
    """The headers of the answer, their names in lower case."""

    def __init__(
        self,
        status: int = 0,
        reason: str = "",
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, reason, body, headers)
        self.status = status
        self.reason = reason
        self.body = body
        self.headers = headers

    @property
    def error(self) -> GeneralError | None:
        """What the server itself says went wrong, where the body says it the way the API does."""
        try:
            said = json.loads(self.body or "")
            return GeneralError(status=said["status"], message=said["message"])
        except (KeyError, TypeError, ValueError):
            return None

    def __str__(self) -> str:
        text = f"({self.status})\nReason: {self.reason}\n"
        if self.headers:
            text += f"HTTP response headers: {self.headers}\n"
        if self.body:
            text += f"HTTP response body: {self.body}\n"
        return text
