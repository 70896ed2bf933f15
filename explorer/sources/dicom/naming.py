"""What a dataset is called that nobody named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from explorer.sources.personal import folded, looks_personal, names_somebody

__all__ = ["cleaned_name", "name_after"]

_PART = re.compile(r"[^\W_]+")
_RUN = re.compile(r"\d+|[^\W\d_]+")
_INSIDE = 4
"""Letters from which a name or an identifier is looked for inside words."""


def cleaned_name(name: str) -> str:
    """Return what a dataset's name keeps of a text: letters, digits and ``. + - _``, up to 64; it may be empty."""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    return re.sub(r"[^\w.+-]+", "_", text).strip("_.")[:64]


def name_after(folder: str, people: Mapping[str, frozenset[str]]) -> str | None:
    """Return the name of a dataset after its folder's, None where that may say who is in it.

    It is stricter than `looks_personal` is with descriptions: a folder is often called after the one person in it.

    Parameters
    ----------
    folder
        Name of the folder, without its path.
    people
        Patient identifiers as recorded to words of names, or several with spaces between, folded, as in a collector.

    Examples
    --------
    >>> people = {"RX4711": frozenset({"novak", "jana"})}
    >>> name_after("Lung trial", people), name_after("Novak_2019", people), name_after("rx-4711", people)
    ('Lung_trial', None, None)
    """
    words = frozenset[str]().union(*people.values())
    if looks_personal(folder.replace("_", " ")) or _names(folder, words) or _identifies(folder, people):
        return None
    return cleaned_name(folder) or None


def _names(folder: str, words: frozenset[str]) -> bool:
    composed = unicodedata.normalize("NFC", folder)
    text = folded(composed)
    single = {part for word in words for part in word.split()}
    if names_somebody(composed, words) or not single.isdisjoint(_RUN.findall(text)):
        return True
    whole = _squeezed(text)
    return any(len(name) >= _INSIDE and name in whole for name in map(_squeezed, words))


def _identifies(folder: str, identifiers: Iterable[str]) -> bool:
    """Whether an identifier stands in the name, or a part of the name in the identifier of one patient only."""
    text = folded(folder)
    whole, parts = _squeezed(text), {*_PART.findall(text), *_RUN.findall(text)}
    numbers = {part.lstrip("0") for part in parts}
    telling = {part: 0 for part in parts if len(part) >= _INSIDE and any(map(str.isdigit, part))}
    for identifier in map(_squeezed, map(folded, identifiers)):
        if identifier and (identifier.lstrip("0") in numbers or (len(identifier) >= _INSIDE and identifier in whole)):
            return True
        for part in telling:
            telling[part] += part in identifier
    return 1 in telling.values()


def _squeezed(text: str) -> str:
    return "".join(_PART.findall(text))
