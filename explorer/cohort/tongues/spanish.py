"""Definitions in Spanish."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from explorer.cohort.groups import Derived, Same, Select
from explorer.cohort.tongues.tongue import Tongue, Words, takes_missing
from explorer.facets import FACETS, Criterion

__all__ = ["Spanish"]

_NOUNS = {
    "Modality": "la modalidad",
    "BodyPartExamined": "la parte del cuerpo",
    "body_part": "la parte del cuerpo normalizada",
    "object_kind": "el tipo de objeto",
    "Manufacturer": "el fabricante",
    "vendor": "el fabricante normalizado",
    "ManufacturerModelName": "el modelo",
    "PatientSex": "el sexo del paciente",
    "PatientAge": "la edad del paciente",
    "StudyDescription": "la descripción del estudio",
    "SeriesDescription": "la descripción de la serie",
    "sop_class": "la clase SOP",
    "analysis_result": "el resultado de análisis",
    "source_doi": "el DOI de origen",
    "license": "la licencia",
    "instances": "el número de imágenes",
    "size_mb": "el tamaño de la serie",
    "plane": "el plano",
    "slice_spacing_mm": "la separación entre cortes",
    "stack": "la pila de cortes",
    "transfer_syntax": "la sintaxis de transferencia",
    "study_date": "la fecha del estudio",
    "age": "la edad",
    "sex": "el sexo",
    "dataset": "la colección",
    "cancer_type": "el tipo de cáncer",
    "tumor_location": "la localización del tumor",
    "species": "la especie",
    "data_holder": "el custodio de los datos",
    "country": "el país",
    "tier": "el nivel",
    "access_condition": "la condición de acceso",
}
"""Each facet as it is spoken of, with its article."""

_ALONE = {
    "Modality": "{}",
    "BodyPartExamined": "una serie de {}",
    "dataset": "en la colección {}",
    "cancer_type": "en colecciones sobre {}",
}
_MANY = {
    "Modality": "modalidades",
    "BodyPartExamined": "partes del cuerpo",
    "dataset": "colecciones",
    "cancer_type": "tipos de cáncer",
    "license": "licencias",
}
_COUNTED = {"instances": "imágenes"}
_UNITS = {"years": "años", "days": "días", "images": "imágenes"}

_WITH_I = re.compile(r"[“¿¡]?(?:i|hi(?![ae]))", re.IGNORECASE)
"""What "y" becomes "e" before."""

_WITH_O = re.compile(r"[“¿¡]?(?:h?o|8)", re.IGNORECASE)
"""What "o" becomes "u" before."""


class Spanish(Tongue):
    """Spanish, impersonal as the screens speak it."""

    language = "es"
    everybody = "Todos los pacientes"
    everybody_here = "Todos los pacientes de la instantánea"
    patients = "Pacientes"
    and_ = "y"
    missing = "sin valor"
    ors = (" o ", " u ")
    tangled = (" o ", " u ", ",", " en la misma ", " en el mismo ", " y ", " e ")
    in_the_same: ClassVar[Mapping[Same, str]] = {
        "series": " en la misma serie",
        "study": " en el mismo estudio",
        "patient": " en el mismo paciente",
    }
    same_only: ClassVar[Mapping[Same, str]] = {
        "series": "En la misma serie, no solo en el mismo estudio",
        "study": "En el mismo estudio, no solo en el mismo paciente",
        "patient": "En el mismo paciente",
    }
    takes: ClassVar[Mapping[tuple[Select, Derived], str]] = {
        ("matching", "none"): "",
        ("matching", "linked"): "se toman las series que cumplen los criterios con sus segmentaciones y anotaciones "
        "vinculadas",
        ("images", "none"): "se toman todas sus imágenes originales",
        ("images", "linked"): "se toman todas sus imágenes originales con las segmentaciones y anotaciones vinculadas",
        ("all", "none"): "se toman todas sus series",
        ("all", "linked"): "se toman todas sus series",
    }
    selection: ClassVar[Mapping[Select, str]] = {
        "matching": "Las series que cumplen los criterios",
        "images": "Todas las imágenes originales",
        "all": "Todas las series",
    }
    linked = " con las segmentaciones y anotaciones vinculadas"
    dated_study = "cualquier estudio con fecha"
    a_study = "un estudio con "
    a_series = "una serie "
    _grammar = frozenset({"o", "u", "y", "e", "sin", "valor", "registrado", "registrada", "en", "con", "cuyo", "cuya"})
    _more = "{} más"
    _characters = "{} caracteres"
    _of_dataset = " de la colección"

    def written(self, number: str) -> str:
        return number.translate(str.maketrans(",.", ".,"))

    def either(self, texts: Sequence[str]) -> str:
        if len(texts) < 2:
            return "".join(texts)
        return f"{', '.join(texts[:-1])} {'u' if _WITH_O.match(texts[-1]) else 'o'} {texts[-1]}"

    def joined(self, texts: Sequence[str], comma: str = "") -> str:
        if len(texts) < 2:
            return "".join(texts)
        return f"{', '.join(texts[:-1])}{comma} {'e' if _WITH_I.match(texts[-1]) else 'y'} {texts[-1]}"

    def predicate(self, criterion: Criterion, words: Words) -> str:
        if criterion.contains is not None:
            return f"contiene {self.texts(criterion)}"
        told = self.alternatives(criterion, words)
        # What a thing is takes another verb than how it stands.
        verb = "está" if criterion.between == (None, None) else f"es{_of(criterion)}"
        said = [f"{verb} {self.either(told)}"] if told else []
        return self.either([*said, f"está {self.missing}"] if takes_missing(criterion) else said)

    def with_all(self, texts: Sequence[str]) -> str:
        plain = not any(mark in text for text in texts for mark in self.tangled)
        return (" y " if plain else ", y ").join(f"con {text}" for text in texts)

    def whose(self, criterion: Criterion, words: Words) -> str:
        if criterion.contains is not None:
            return f"con {self.noun(criterion)}"
        return f"{'cuya' if words.article == 'la' else 'cuyo'} {words.noun} {self.predicate(criterion, words)}"

    def of_datasets(self, named: str, noun: str, *, missing: bool) -> str:
        if not missing:
            return named or f"en colecciones con {noun}"
        return f"{named} o con {noun} {self.missing}" if named else f"en colecciones con {noun} {self.missing}"

    def who_have(self, pairs: Sequence[str]) -> str:
        return f"que tienen {self.listed(pairs)}"

    def leaving_out(self, asks: Sequence[str]) -> str:
        return f"se excluyen {', y '.join(f'los pacientes {each}' for each in asks)}"

    def without(self, group: str) -> str:
        return f"Excluidos: {self.inner(group)}"

    def apart(self, low: int | None, high: int | None) -> str:
        if low is None and high is None:
            return "cualquier número de días antes o después de"
        if low is None or high is None:
            return self._half_open(low, high)
        if low == high:
            when = "después" if low > 0 else "antes"
            return "el mismo día que" if low == 0 else f"{self._days(abs(low))} {when} de"
        if low >= 0:
            return f"entre {self.number(low)} y {self._days(high)} después de"
        if high <= 0:
            return f"entre {self.number(-high)} y {self._days(-low)} antes de"
        if -low == high:
            return (
                f"en los {self._days(high)} anteriores o posteriores a"
                if high > 1
                else "1 día antes o después, o el mismo día, de"
            )
        return f"entre {self._days(-low)} antes y {self._days(high)} después de"

    def _half_open(self, low: int | None, high: int | None) -> str:
        if low is not None:
            if low >= 0:
                return f"{self._days(low)} o más después de"
            return f"hasta {self._days(-low)} antes, o en cualquier momento después, de"
        assert high is not None
        if high <= 0:
            return f"{self._days(-high)} o más antes de"
        return f"en cualquier momento antes, o hasta {self._days(high)} después, de"

    def _days(self, count: int) -> str:
        return "1 día" if count == 1 else f"{self.number(count)} días"

    def _words(self, facet: str) -> Words:
        known = FACETS[facet]
        article, _, noun = _NOUNS[facet].partition(" ")
        counted, unit = _COUNTED.get(facet, ""), known.column.unit or ""
        return Words(
            known.level,
            noun,
            unit="" if counted else _UNITS.get(unit, unit),
            counted=counted,
            alone=_ALONE.get(facet, ""),
            many=_MANY.get(facet, ""),
            article=article,
        )

    def _one_of(self, count: int, words: Words) -> str:
        one = "una" if words.many and words.article == "la" else "uno"
        return f"{one} de {self.number(count)} {words.many or 'valores'}"

    def _one_text_of(self, count: int) -> str:
        return f"uno de {self.number(count)} textos"

    def _recorded(self, words: Words) -> str:
        return "registrada" if words.article == "la" else "registrado"

    def _open(self, end: str, *, date: bool, upwards: bool) -> str:
        more, less = ("o posterior", "o anterior") if date else ("o más", "o menos")
        return f"{end} {more if upwards else less}"

    def _span(self, low: str, high: str) -> str:
        return f"{low} a {high}"

    def _containing(self, words: Words, texts: str) -> str:
        return f"{words.noun} que contiene {texts}"

    def _named(self, criterion: Criterion, words: Words, wanted: str) -> str:
        return f"{words.noun}{_of(criterion)} {wanted}"


def _of(criterion: Criterion) -> str:
    """Return the word before a range: "edad de 50 a 75 años"."""
    return " de" if criterion.between not in (None, (None, None)) else ""
