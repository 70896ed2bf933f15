"""How often each real patient is drawn into the atlas, so that it gets its size.

A patient of the Imaging Data Commons has 12.1 series of 680 images in the mean; a federation of 290,000 patients,
3 million series and 61 million images has 10.3 of 210. Patients drawn evenly bring three times the images. Leaving
out datasets (slide microscopy, perfusion CT) or all patients above some size would cut off the tail that makes counting
hard, and slide microscopy is not what weighs: it is 7 % of the series and 0.7 % of the images. So each patient is drawn
with the weight exp(a * sqrt(series) + b * sqrt(images)), a and b being the two numbers that give the wanted means. Of
all weights that give these means, those of the same form without the roots are nearest to an even draw; with the roots
the chance of large patients falls off less steeply, and at 290,000 draws nobody is drawn more than 122 times, instead
of 711. 82,000 of the 86,000 patients take part.

Shares do change: slide microscopy is 16 % of the atlas's series instead of 7 %, CT 16 % instead of 26 %. What an engine
works on hardly does: distinct combinations of values within patients are 0.34 times as many as series, as in the
default snapshot, those within studies 0.51 times instead of 0.53.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.errors import UserError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Aim", "drawn", "weights"]

_STEPS = 100


@dataclass(frozen=True, slots=True)
class Aim:
    """A wanted size: numbers of patients, series and images."""

    patients: int
    series: int
    images: int

    @classmethod
    def of(cls, series: int) -> Aim:
        """Return the aim for so many series, with patients and images in the federation's proportion."""
        return cls(round(series * 29 / 300), series, round(series * 61 / 3))


def weights(sizes: NDArray[np.float64], aim: Aim) -> NDArray[np.float64]:
    """Return the chance of each patient in one draw, such that the means per patient are those wanted.

    Parameters
    ----------
    sizes
        Numbers of series and of images of each patient, shape (patients, 2).
    aim
        Gives the means.

    Returns
    -------
    Shape (patients,); they add up to 1.

    Raises
    ------
    UserError
        No weights of this form give these means.
    """
    wanted = np.array([aim.series, aim.images]) / aim.patients
    roots = np.sqrt(sizes)
    roots = (roots - roots.mean(axis=0)) / np.maximum(roots.std(axis=0), 1e-9)
    factors = np.zeros(2)
    for _ in range(_STEPS):
        logs = roots @ factors
        chances: NDArray[np.float64] = np.exp(logs - logs.max())
        chances /= chances.sum()
        means = chances @ sizes
        if np.allclose(means, wanted, rtol=1e-9, atol=0):
            return chances
        slope = ((sizes - means).T * chances) @ roots
        step = np.linalg.lstsq(slope, means - wanted)[0]
        factors -= step / max(1.0, float(np.abs(step).max()))
    means = sizes.mean(axis=0)
    raise UserError(
        f"Patients of {wanted[0]:.1f} series and {wanted[1]:.0f} images in the mean cannot be drawn from these, which "
        f"have {means[0]:.1f} and {means[1]:.0f}; ask for numbers nearer to those."
    )


def drawn(chances: NDArray[np.float64], patients: int, seed: int) -> NDArray[np.int64]:
    """Return how often each patient is drawn, so many times in all.

    Systematic: equal steps along the sum of the chances, from a random start. So nobody is drawn a whole time more or
    less than expected, and the numbers of series and images come out as near as they can.
    """
    reached = np.cumsum(chances) * patients
    reached[-1] = patients
    passed = np.floor(reached + np.random.default_rng(seed).random()).astype(np.int64)
    return np.diff(passed, prepend=0)
