"""Whether a text of a header looks as if it said who somebody is.

A rule here needs more than an unknown word: protocol names are full of abbreviations. It wants a word that is known to
be a name (the file says so, or it is a common given name), or the place that a name stands in ("Dr. …", "for … …").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from explorer.codes import given_names, protocol_words

__all__ = ["RULES", "folded", "identifiable", "looks_personal", "mentions", "names_somebody", "spellings"]

RULES = {
    "name": "a word of a name that the patient's files record",
    "other name": "a word of a name that other files record",
    "identifier": "the patient's identifier",
    "other identifier": "the identifier of another patient",
    "address": "an e-mail address or a telephone number",
    "date": "a full date",
    "birth": "words about a birth",
    "number": "a number that is introduced as somebody's, or long enough to be one",
    "title": "a title before a name",
    "for": "'for', 'by' or 'ref.' before a name",
    "initial": "an initial before or after a name",
    "given name": "a common given name",
    "person name": "two words joined as DICOM writes a person's name",
    "length": "more than 1,024 characters, which is no description",
}
"""Each rule, and what it finds."""

_LONGEST = 1024
_UNDECOMPOSED = str.maketrans("łøđħıþ", "lodhit")
_UNSPACED, _NO_KANA = "\u3040", "\u3400"
_SHORT_PROTOCOL = frozenset({"ap", "ax", "cr", "ct", "de", "dr", "dx", "el", "en", "km", "la", "lt", "mg", "mr", "nm",
                             "pt", "qa", "rf", "rt", "sr", "us", "xr"})  # fmt: skip
_MOST_RUNS = 16
_RUN = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\s_^,.-]{1,3}")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W\d_]+")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\WA-Za-z\d_]+")
_ADDRESS = re.compile(
    r"(?<![\w@.])(?!git@)[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:\btel|phone|\bfon|mobil|handy)\w*\W{0,3}\+?\d[\d /().-]{4,}\d"
    r"|(?<![\w./])0\d{2,5}[/ -]\d{5,}(?![\w.])"
    r"|\+\d{1,3}[ /().-]{0,2}\d[\d /().-]{6,}\d|\(\d{2,5}\)\s?\d{3,}[ -]?\d{2,}|\b\d{3}-\d{3}-\d{4}\b",
    re.IGNORECASE,
)
_YEAR, _MONTH, _DAY = r"(?:18|19|20)\d\d", r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_MONTHS = (
    r"(?:jan|gen|ene|feb|f[ée]v|m[aä]r|apr|avr|abr|ma[iygj]|jun|jui|giu|jul|lug|aug|ago|ao[uû]|sep|set|o[ckut]t|nov"
    r"|de[czs]|dic)[^\W\d_]*"
)
_DATE = re.compile(
    rf"(?<![\d.])(?:{_YEAR}([-/._])(?:{_MONTH}\1{_DAY})|{_DAY}([-/._]){_MONTH}\2{_YEAR}|{_MONTH}([-/._]){_DAY}\3{_YEAR}"
    rf"|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    rf"|{_DAY}(?:[snrt][tdh]|\.)?[ -]{_MONTHS}[ ,.-]{{1,2}}{_YEAR}|{_MONTHS}\.?[ -]{_DAY}(?:[snrt][tdh])?,?[ -]{_YEAR})"
    r"(?![\d.]\d)(?!\d)"
    rf"|(?<![\w./-])(?:{_DAY}([-/.]){_MONTH}\4|{_MONTH}([-/]){_DAY}\5)\d\d(?![\w/-]|\.\d)",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"\b(?:d\.?o\.?b\b|born\b|birth|n[ée]e?\s+le\b|geb(?:\.|oren|\b)|geburt|nascid[oa]|nacid[oa]|nat[oa]\s+il)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\b(?:mrn|ssn|nhs|patient(?:en)?|pat|pid|id|case|fall|record|chart|accession|acc)[\s._-]*"
    r"(?:id|no|nr|num(?:ber|mer)?|#)?[\s.:#=_-]{0,3}\d[\d -]{3,}\d\b|\b\d{3}-\d{2}-\d{4}\b|\bfor\s+\d{5,}\s*$"
    r"|(?<![\w.])\d{8,11}(?![\w.])|\b\d{8}-?[A-Z]\b|\b[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]\b",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?:(?:[Dd][Rr]|[Pp][Rr][Oo][Ff]|DOTT|Dott|Mag|Sr|Sra|Mme|Mlle|Mr|Mrs|Ms)\.?|Miss|Herrn?|Frau|Fr\.|Hr\.|Monsieur"
    r"|Madame|Signora?|Se[nñ]ora?|Pan[ia]?|[Pp]hysician|[Dd]octor|HERRN?|FRAU|MRS\.?|MR\.)"
    r"(?:(?<=\.)\s*|[\s,:_^]+)(?:(?:[Dd]r|DR|[Mm]ed)\.?\s+)*"
    r"((?:[^\W\d_]\.?\s*)?[^\W\d_]{2,})"
    r"|\b([A-Z][a-z]{2,}|[A-Z]{3,}),?\s+M\.?D\b"
)
_FOR = re.compile(
    r"(?:^|\s|[(,;])(?:for|by|per|fuer|für|pour|para|von|of|FOR|BY|PER)\s+([A-Z][\w'’.-]*(?:\s+[A-Z][\w'’.-]*)*)\s*\)?\s*$"
    r"|\b(?:[Rr]ef(?:erred|erring|\.)?(?:\s+by|\s+physician)?|(?i:requested)\s+by|[Rr]adiologist|[Oo]perator|[Tt]ech(?:nician)?"
    r"|[Pp]atient(?:in)?|[Pp]t|[Nn]ame|[Rr]eq)\s*[.:=]\s*([^\W\d_][\w'’.-]+(?:[\s,^]+[^\W\d_][\w'’.-]*)*)"
    r"|\b(?:[Pp]atient(?:in)?|PATIENT|[Pp]t:?|[Nn]ame|NAME|[Oo]perator|OPERATOR|[Ss]chwester|[Nn]urse|[Ss]igned)\s+"
    r"((?:[A-Z]\.?\s+)?[A-Z][\w'’-]+)"
)
_INITIAL = re.compile(r"(?<![\w.])[A-Z]\.\s?([A-Z][a-z]{2,}|[A-Z]{4,})\b|\b([A-Z][a-z]{2,}|[A-Z]{4,}),?\s[A-Z]\.(?!\w)")
_INSTITUTION = re.compile(
    r"\b(?:carl zeiss|friedrich-alexander|johns hopkins|(?:st|saint|sankt)\.? \w+)\b", re.IGNORECASE
)
_JOINED = re.compile(r"(?<![\w^])([^\W\d_]{2,})\^([^\W\d_]{2,})(?:\^[^\W\d_]+\.?)*\^*(?![\w^])")


def looks_personal(
    text: str, names: frozenset[str] = frozenset(), identifier: str = "", others: frozenset[str] = frozenset()
) -> str | None:
    """Return the rule (a key of `RULES`) by which the text looks personal, None where it does not.

    Parameters
    ----------
    text
        As recorded.
    names
        Words of the names in the patient's files, as `folded` writes them; ``"li na"`` is two that stand together.
    identifier
        The patient's identifier as recorded; one shorter than 4 characters or without a digit is not looked for.
    others
        Words of other people's names that are no protocol words; looked for as whole words.

    Examples
    --------
    >>> looks_personal("Thorax 1.0 B31f"), looks_personal("CT for Jane Roe"), looks_personal("Dr Contrast")
    (None, 'for', None)
    """
    if len(text) > _LONGEST:
        return "length"
    if names and names_somebody(text, names):
        return "name"
    if len(identifier) >= 4 and any(map(str.isdigit, identifier)) and _holds(text, identifier):
        return "identifier"
    found = _by_itself(text)
    return found or ("other name" if others and not others.isdisjoint(_words(text)) else None)


def names_somebody(text: str, names: frozenset[str]) -> bool:
    """Whether a word of the names stands in the text, whole, joined by case, or, from five letters on, inside a word.

    Two words of them count even where each is a protocol word ("Long, Young"); one such word alone does not. Ideographs
    and hangul are looked for inside words from two letters on, kana from three.
    """
    words = _words(text)
    found = words & names
    if len(found) > 1 or found - protocol_words():
        return True
    if any(not _SHORT_PROTOCOL.union(protocol_words()).issuperset(two.split()) for two in _pairs(text) & names):
        return True
    inside = _inside(names)
    return any(name in word for word in words - protocol_words() for name in inside) if inside else False


def spellings(name: str) -> frozenset[str]:
    """Return how a word of a name may be written, folded: Müller, Mueller and Muller stand for each other."""
    word = name.casefold()
    long, short = word, word
    for umlaut, vowel in zip("äöü", "aou", strict=True):
        long, short = long.replace(umlaut, f"{vowel}e"), short.replace(f"{vowel}e", umlaut)
    return frozenset(map(folded, (word, long, short)))


def folded(text: str) -> str:
    """Return the text in lower case without accents: ``"Müller"`` becomes ``"muller"``."""
    lower = text.casefold()
    if lower.isascii():
        return lower
    plain = unicodedata.normalize("NFKD", lower).translate(_UNDECOMPOSED)
    if plain.isascii():
        return plain
    # Composed again, because a syllable of hangul falls apart into letters.
    return unicodedata.normalize("NFC", "".join(each for each in plain if not unicodedata.combining(each)))


def identifiable(identifiers: Iterable[str]) -> frozenset[str]:
    """Return the identifiers that `mentions` looks for: from 4 characters on, with a digit."""
    bare = (re.sub(r"^[\W_]+|[\W_]+$", "", identifier.casefold()) for identifier in identifiers)
    return frozenset(each for each in bare if len(each) >= 4 and any(map(str.isdigit, each)))


def mentions(text: str, identifiers: frozenset[str]) -> bool:
    """Whether one of the identifiers, as `identifiable` gives them, stands in the text as a word or several."""
    return bool(identifiers) and not identifiers.isdisjoint(_stretches(text))


@lru_cache(maxsize=65_536)
def _by_itself(text: str) -> str | None:
    for rule, pattern in (("address", _ADDRESS), ("birth", _BIRTH), ("number", _NUMBER), ("date", _DATE)):
        if pattern.search(text):
            return rule
    for rule, pattern in (("title", _TITLE), ("for", _FOR), ("initial", _INITIAL)):
        if any(_unknown(part) for found in pattern.finditer(text) for part in found.groups() if part):
            return rule
    if _by_given_name(text):
        return "given name"
    if any(_unknown(found[1]) and _unknown(found[2]) for found in _JOINED.finditer(text)):
        return "person name"
    return None


def _by_given_name(text: str) -> bool:
    return any(folded(word) in given_names() for word in _WORD.findall(_INSTITUTION.sub(" ", text)))


def _unknown(text: str) -> bool:
    return any(len(word) > 2 and word not in protocol_words() for word in _WORD.findall(folded(text)))


@lru_cache(maxsize=65_536)
def _words(text: str) -> frozenset[str]:
    whole = _WORD.findall(text)
    return frozenset(map(folded, [*whole, *(part for word in whole for part in _PART.findall(word))]))


@lru_cache(maxsize=65_536)
def _pairs(text: str) -> frozenset[str]:
    """Return each two words that stand beside each other, folded, with a space between."""
    plain = folded(_HUMP.sub(" ", text))
    words = list(_WORD.finditer(plain))
    return frozenset(
        f"{one[0]} {two[0]}" for one, two in pairwise(words) if _GAP.fullmatch(plain, one.end(), two.start())
    )


@lru_cache(maxsize=65_536)
def _stretches(text: str) -> frozenset[str]:
    """Return the parts of the text that may be an identifier: each begins and ends with a word, and has a digit."""
    lower = text.casefold()
    runs = [run.span() for run in _RUN.finditer(lower)]
    parts = (lower[start:end] for i, (start, _) in enumerate(runs) for _, end in runs[i : i + _MOST_RUNS])
    return frozenset(part for part in parts if len(part) >= 4 and any(map(str.isdigit, part)))


@lru_cache(maxsize=1024)
def _inside(names: frozenset[str]) -> tuple[str, ...]:
    """Return the names that are looked for inside words: long ones, and those of scripts that put no spaces."""
    least = ((name, 5 if name < _UNSPACED else 3 if name < _NO_KANA else 2) for name in names - protocol_words())
    return tuple(name for name, letters in least if len(name) >= letters and " " not in name)


def _holds(text: str, identifier: str) -> bool:
    if identifier.casefold() not in text.casefold():
        return False
    return re.search(rf"(?<![^\W_]){re.escape(identifier)}(?![^\W_])", text, re.IGNORECASE) is not None
