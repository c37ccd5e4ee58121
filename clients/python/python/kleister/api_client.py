"""The connection to a server."""

from types import TracebackType

from kleister._kleister import Client
from kleister.configuration import Configuration


class ApiClient:
    """A connection to one server and the headers that every request carries; threads may share it.

    Without a configuration it takes the one that was made last. It is a context manager: leaving the context closes
    it. A host or a header that cannot be sent is a `ValueError`.
    """

    configuration: Configuration
    """The configuration that it was made with."""

    def __init__(
        self,
        configuration: Configuration | None = None,
        header_name: str | None = None,
        header_value: str | None = None,
    ) -> None:
        self.configuration = Configuration.newest() if configuration is None else configuration
        if not isinstance(self.configuration, Configuration):
            raise TypeError(f"configuration must be a Configuration, not {type(configuration).__name__}")
        self._client = Client(self.configuration.host)
        for name, value in self.configuration.headers():
            self.set_default_header(name, value)
        if header_name is not None:
            self.set_default_header(header_name, "" if header_value is None else header_value)

    def set_default_header(self, name: str, value: str) -> None:
        """Sends a header with every request from now on, in place of an earlier one of that name."""
        self._client.set_header(name, value)

    def close(self) -> None:
        """Lets the connection go; calls after this are a `RuntimeError`."""
        self._client.close()

    def __enter__(self) -> "ApiClient":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
