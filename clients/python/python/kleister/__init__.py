"""Client of Kleister, the self-hosted server for Minecraft mod packs.

Make a `Configuration`, open an `ApiClient`, and ask through one of the classes of `kleister.api`.
"""

from kleister._kleister import __version__
from kleister.api_client import ApiClient
from kleister.configuration import Configuration
from kleister.exceptions import ApiException

__all__ = ["ApiClient", "ApiException", "Configuration", "__version__"]
