"""Model: gradient-boosted trees, read from arrays and run with numpy.

A model is a .npz file of plain arrays (no pickle): trees of one depth whose nodes on one level ask
the same question, so that a row's leaf is a number made of the answers' bits. data/model/train.py
makes them; see there for the data.

Source: Prokhorenkova et al. 2018, https://arxiv.org/abs/1706.09516
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from press_coverage.models.arrays import arrays

_ROWS = 1000  # at a time, to keep what is held small


class Model(NamedTuple):
    """Trees: `column` and `border` of their questions (trees x depth).

    `leaf` has their values (trees x 2 ** depth), `bias` is added to the sum of these.
    """

    column: NDArray[np.int16]
    border: NDArray[np.float32]
    leaf: NDArray[np.float32]
    bias: float


@cache
def read(name: str) -> Model:
    """The model of that name that comes with the package: 'lines' or 'pages'.

    Examples:
        >>> read("lines").leaf.shape[1] == 2 ** read("lines").column.shape[1]
        True
    """
    held = arrays(name)
    return Model(held["column"], held["border"], held["leaf"], float(held["bias"]))


def probability(model: Model, rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """How likely each row is part of the article, 0 to 1.

    Args:
        model: the trees.
        rows: rows x columns of features.

    Returns:
        A probability for each row.

    Examples:
        >>> border, leaf = np.array([[0.5]], "float32"), np.array([[-2.0, 2.0]], "float32")
        >>> model = Model(np.array([[0]], "int16"), border, leaf, bias=0.0)
        >>> probability(model, np.array([[0.0], [1.0]], "float32")).round(2).tolist()
        [0.12, 0.88]
    """
    return np.concatenate(
        [_probability(model, rows[at : at + _ROWS]) for at in range(0, max(len(rows), 1), _ROWS)]
    )


def _probability(model: Model, rows: NDArray[np.float32]) -> NDArray[np.float64]:
    trees, depth = model.column.shape
    asked = np.ascontiguousarray(rows.T).take(model.column.ravel(), axis=0)
    answers = (asked > model.border.reshape(-1, 1)).view(np.uint8).reshape(trees, depth, len(rows))
    leaves = np.zeros((trees, len(rows)), dtype=np.uint8)
    for bit in range(depth):
        leaves |= answers[:, bit] << np.uint8(bit)
    at = leaves + np.arange(0, model.leaf.size, 2**depth, dtype=np.int64)[:, None]
    total: NDArray[np.float64] = model.bias + model.leaf.ravel().take(at).sum(
        axis=0, dtype=np.float64
    )
    return 1 / (1 + np.exp(-total))
