from .schema import SchemaError as SchemaError
from .schema import check as check
from .schema import describe as describe

__all__ = [
    "SchemaError",
    "check",
    "describe",
]
