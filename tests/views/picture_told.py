"""What a picture tells and sends, unpacked."""

from __future__ import annotations

import json
from typing import Any, cast

import numpy as np
from numcodecs import Blosc
from numpy.typing import NDArray

from explorer.views.picture import Picture


def told(picture: Picture, place: int = 0) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(picture.describe())["series"][place])


def plane_of(packed: bytes | None, kind: str, rows: int) -> NDArray[Any]:
    assert packed is not None
    return np.frombuffer(Blosc().decode(packed), np.dtype(kind).newbyteorder("<")).reshape(rows, -1)
