"""The values that go to a server and come from it, one module per model."""

from dataclasses import asdict, dataclass, fields
from typing import Any, get_type_hints


@dataclass(frozen=True, kw_only=True)
class Model:
    """A value with named fields: made from keywords, compared by value, never changed."""

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for field in fields(self):
            value, kind = getattr(self, field.name), hints[field.name]
            if not isinstance(value, kind):
                model, given = type(self).__name__, type(value).__name__
                raise TypeError(f"{field.name} of {model} must be {kind.__name__}, not {given}")

    def to_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)
