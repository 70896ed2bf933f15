"""The languages that definitions are told in."""

from explorer.cohort.tongues.english import English
from explorer.cohort.tongues.spanish import Spanish
from explorer.cohort.tongues.tongue import Tongue

__all__ = ["Tongue", "tongue_of"]

_TONGUES: dict[str, Tongue] = {tongue.language: tongue for tongue in (English(), Spanish())}


def tongue_of(language: str) -> Tongue:
    """Return the tongue of a language, ``"es"``; English where it is none of ours."""
    return _TONGUES.get(language, _TONGUES["en"])
