"""The one reader of the weights that come with the package: arrays by name, without pickle."""

from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray


def arrays(name: str) -> dict[str, NDArray[Any]]:
    """The arrays of models/`name`.npz.

    Examples:
        >>> sorted(arrays("policy"))
        ['slope', 'start', 'threshold']
    """
    with (
        files(__package__).joinpath(f"{name}.npz").open("rb") as opened,
        np.load(opened, allow_pickle=False) as held,
    ):
        return dict(held)
