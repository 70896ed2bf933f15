"""The tables of a snapshot, each column declared once.

Documentation, checks, the facet list and the content hash all come from here. The integer keys
(``patient_key`` …) are ranks in the order of the natural key, so the same content gives the same keys.
"""

from __future__ import annotations

from explorer.schema.column import Column, Table

__all__ = ["CITATION", "CLINICAL", "DATASET", "DERIVATION", "PATIENT", "SCHEMA_VERSION", "SERIES", "STUDY", "TABLES"]

SCHEMA_VERSION = 2

_NEVER = "never missing"
_UNSAID = "the catalogue does not say"
_UNRECORDED = "not recorded in the images"
_UNREAD = "the catalogue did not read the images' headers for it"

DATASET = Table(
    "dataset",
    "One row per dataset (collection) of the catalogue.",
    (
        Column("dataset_key", "integer", "Rank of the dataset by (source, dataset).", _NEVER),
        Column("source", "text", "Where the metadata came from, for example idc.", _NEVER),
        Column(
            "dataset", "text", "Identifier of the dataset in its catalogue.", _NEVER, kind="category", title="Dataset"
        ),
        Column("title", "text", "Name of the dataset as people write it.", _UNSAID),
        Column("description", "text", "What the dataset holds, in plain text.", _UNSAID),
        Column(
            "cancer_type",
            "texts",
            "Cancer types that the dataset is about.",
            _UNSAID,
            kind="many-valued",
            title="Cancer type",
            caution="Cancer type describes the dataset, not each patient: some patients in a lung cancer dataset "
            "have no cancer.",
        ),
        Column(
            "tumor_location",
            "texts",
            "Tumour locations that the dataset is about.",
            _UNSAID,
            kind="many-valued",
            title="Tumour location",
            caution="Tumour location describes the dataset, not each patient.",
        ),
        Column("species", "texts", "Species of the dataset's subjects.", _UNSAID, kind="many-valued", title="Species"),
        Column(
            "data_holder",
            "text",
            "Institution that keeps the data and grants access.",
            _UNSAID,
            kind="category",
            title="Data holder",
        ),
        Column(
            "country",
            "text",
            "Country of the data holder, ISO 3166-1 alpha-2.",
            _UNSAID,
            kind="category",
            title="Country",
        ),
        Column(
            "tier",
            "text",
            "EUCAIM interoperability tier: 1 catalogue, 2 searchable, 3 processing.",
            _UNSAID,
            kind="category",
            title="Tier",
        ),
        Column(
            "access_condition",
            "text",
            "How the data may be reached, in the catalogue's own words.",
            _UNSAID,
            kind="category",
            title="Access condition",
        ),
        Column("terms_of_use", "text", "Terms of use, in the catalogue's own words.", _UNSAID),
        Column("citation", "text", "How to cite the dataset, in plain text.", _UNSAID),
        Column("url", "text", "Where the dataset is described.", _UNSAID),
        Column("updated", "date", "Day of the last change of the dataset.", _UNSAID),
    ),
    ("source", "dataset"),
)

PATIENT = Table(
    "patient",
    "One row per patient of a dataset. PatientID alone is not unique.",
    (
        Column("patient_key", "integer", "Rank of the patient by (source, dataset, PatientID).", _NEVER),
        Column("dataset_key", "integer", "The patient's dataset.", _NEVER),
        Column("PatientID", "text", "Identifier of the patient in the dataset.", _NEVER, code="(0010,0020)"),
        Column(
            "sex",
            "text",
            "The only distinct value among F, M and O recorded in the patient's series; 'conflicting' where there "
            "are several.",
            "no series of the patient records F, M or O",
            code="(0010,0040)",
            kind="category",
            title="Sex",
        ),
    ),
    ("patient_key",),
)

STUDY = Table(
    "study",
    "One row per (patient, study). One StudyInstanceUID can belong to two patients.",
    (
        Column("study_key", "integer", "Rank of the study by (patient_key, StudyInstanceUID).", _NEVER),
        Column("patient_key", "integer", "The study's patient.", _NEVER),
        Column("StudyInstanceUID", "text", "Identifier of the study.", _NEVER, code="(0020,000D)"),
        Column(
            "study_date",
            "date",
            "Earliest date recorded in the study.",
            _UNRECORDED,
            code="(0008,0020)",
            kind="date",
            title="Study date",
            caution="Dates are often shifted to protect patients, and placeholder years are common. Use days between "
            "studies, not years.",
        ),
        Column(
            "study_day",
            "integer",
            "Day on the patient's own time line, for intervals between studies of one patient only: days since "
            "1970-01-01 where dates are recorded, days since diagnosis in catalogues that give offsets.",
            "no date and no offset is recorded",
            unit="days",
        ),
        Column(
            "age",
            "integer",
            "Age at the study in whole years, the lowest where several are recorded.",
            "not recorded, a placeholder (000Y), above 110, or not readable as an age",
            unit="years",
            code="(0010,1010)",
            kind="number",
            title="Age",
        ),
    ),
    ("study_key",),
)

SERIES = Table(
    "series",
    "One row per series, sorted by patient and study.",
    (
        Column("series_key", "integer", "Rank of the series by (study_key, SeriesInstanceUID).", _NEVER),
        Column("study_key", "integer", "The series' study.", _NEVER),
        Column("patient_key", "integer", "The series' patient.", _NEVER),
        Column("dataset_key", "integer", "The series' dataset.", _NEVER),
        Column("SeriesInstanceUID", "text", "Identifier of the series.", _NEVER, code="(0020,000E)"),
        Column(
            "Modality",
            "text",
            "Type of equipment, or of derived object, as recorded.",
            _UNRECORDED,
            code="(0008,0060)",
            kind="category",
            title="Modality",
        ),
        Column(
            "object_kind",
            "text",
            "What the series holds: image, segmentation, contours, report, annotation, "
            "model, radiotherapy, presentation, registration, mapping, parametric map or raw data.",
            _NEVER,
            kind="category",
            title="Kind of object",
        ),
        Column(
            "BodyPartExamined",
            "text",
            "Body part as recorded.",
            _UNRECORDED,
            code="(0018,0015)",
            kind="category",
            title="Body part",
        ),
        Column(
            "body_part",
            "text",
            "Body part, spellings of one region brought together.",
            "no body part recorded",
            kind="category",
            title="Body part, normalised",
            recorded_in="BodyPartExamined",
        ),
        Column(
            "Manufacturer",
            "text",
            "Manufacturer as recorded; for derived objects often the software.",
            _UNRECORDED,
            code="(0008,0070)",
            kind="category",
            title="Manufacturer",
        ),
        Column(
            "vendor",
            "text",
            "Manufacturer, spellings of one company brought together.",
            "no manufacturer recorded",
            kind="category",
            title="Vendor",
            recorded_in="Manufacturer",
        ),
        Column(
            "ManufacturerModelName",
            "text",
            "Model of the equipment as recorded.",
            _UNRECORDED,
            code="(0008,1090)",
            kind="category",
            title="Model",
        ),
        Column(
            "PatientSex",
            "text",
            "Sex as recorded in the series.",
            _UNRECORDED,
            code="(0010,0040)",
            kind="category",
            title="Patient's sex",
        ),
        Column(
            "PatientAge",
            "text",
            "Age as recorded in the series.",
            _UNRECORDED,
            code="(0010,1010)",
            kind="category",
            title="Patient's age",
        ),
        Column(
            "StudyDescription",
            "text",
            "Description of the study as recorded in the series.",
            "not recorded, or withheld because it carried a planted name",
            code="(0008,1030)",
            kind="text",
            title="Study description",
        ),
        Column(
            "SeriesDescription",
            "text",
            "Description of the series as recorded.",
            _UNRECORDED,
            code="(0008,103E)",
            kind="text",
            title="Series description",
        ),
        Column("SeriesNumber", "text", "Number of the series as recorded.", _UNRECORDED, code="(0020,0011)"),
        Column("sop_class", "text", "Name of the series' SOP class.", _UNRECORDED, kind="category", title="SOP class"),
        Column(
            "analysis_result",
            "text",
            "Analysis that made the series.",
            "the series came with the dataset itself",
            kind="category",
            title="Analysis result",
        ),
        Column(
            "source_doi",
            "text",
            "DOI of the publication that the series belongs to.",
            _UNSAID,
            kind="category",
            title="Source DOI",
        ),
        Column(
            "license",
            "text",
            "Licence of the series, short name.",
            _UNSAID,
            kind="category",
            title="Licence",
            caution="Licences belong to series and can change between releases.",
        ),
        Column(
            "instances",
            "integer",
            "Number of instances (images) in the series.",
            _NEVER,
            unit="images",
            kind="number",
            title="Images in the series",
        ),
        Column(
            "size_mb",
            "number",
            "Size of the series, one megabyte being 10^6 bytes.",
            _UNSAID,
            unit="MB",
            kind="number",
            title="Size of the series",
        ),
        Column("bytes", "integer", "Size of the series, round(size_mb x 10^6).", _UNSAID, unit="bytes"),
        Column("location", "text", "Where the files are: a folder, or an object store's prefix.", _UNSAID),
        Column(
            "plane",
            "text",
            "Plane that the slices lie in: axial, coronal or sagittal, or oblique where they lie more than 10 degrees "
            "from each of these.",
            _UNREAD,
            code="(0020,0037)",
            kind="category",
            title="Plane",
        ),
        Column("slices", "integer", "Number of different slice positions in the series.", _UNREAD),
        Column(
            "slice_spacing_mm",
            "number",
            "Distance of neighbouring slices by their positions, the median; never from SliceThickness.",
            "fewer than two slices, or no positions read",
            unit="mm",
            kind="number",
            title="Slice spacing",
        ),
        Column(
            "stack",
            "text",
            "How the slices lie: uniform, irregular (gaps, repeats, varying distances) or single slice.",
            f"{_UNREAD}, or the series holds no images",
            kind="category",
            title="Slice stack",
        ),
        Column(
            "transfer_syntax",
            "text",
            "How the pixels are written, name of the transfer syntax; the most frequent of the series.",
            _UNREAD,
            code="(0002,0010)",
            kind="category",
            title="Transfer syntax",
        ),
        Column("middle_instance", "text", "SOPInstanceUID of the middle slice by position.", _UNREAD),
    ),
    ("series_key",),
)

DERIVATION = Table(
    "derivation",
    "Which image series a derived series (segmentation, contours, report) was drawn on.",
    (
        Column("derived_key", "integer", "series_key of the derived series.", _NEVER),
        Column("image_key", "integer", "series_key of the image series that it refers to.", _NEVER),
    ),
    ("derived_key", "image_key"),
)

CLINICAL = Table(
    "clinical",
    "What is known of a patient beside the images: one row per observation.",
    (
        Column("patient_key", "integer", "The patient.", _NEVER),
        Column("item", "text", "What was observed, for example a property of the common data model.", _NEVER),
        Column("value", "text", "What was found, as recorded.", _UNSAID),
        Column("code", "text", "The finding as a coded concept, system and code.", _UNSAID),
        Column("unit", "text", "Unit of a value that is a number.", "the value has no unit"),
        Column(
            "day", "integer", "Day on the patient's own time line, as study.study_day.", "not recorded", unit="days"
        ),
    ),
    ("patient_key", "item", "day", "value", "code", "unit"),
)

CITATION = Table(
    "citation",
    "How to cite what the series belong to, one row per DOI.",
    (
        Column("source_doi", "text", "DOI, as in series.source_doi.", _NEVER),
        Column("title", "text", "Title of the publication.", _UNSAID),
        Column("citation", "text", "Full reference, in plain text.", _UNSAID),
        Column("url", "text", "Where the publication is found.", _UNSAID),
    ),
    ("source_doi",),
)

TABLES: tuple[Table, ...] = (DATASET, PATIENT, STUDY, SERIES, DERIVATION, CLINICAL, CITATION)
