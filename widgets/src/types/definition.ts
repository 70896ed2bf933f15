// Generated from explorer/cohort/definition.schema.json by `npm run types`. Do not edit.

/**
 * Version of the definition language.
 */
export type Version = 1;
/**
 * What people call the cohort. It does not count for the id.
 */
export type Name = string;
/**
 * The level on which a group's criteria hold together. series: some series meets every criterion. study: some study in which, for each criterion, some series meets it. patient: for each criterion, some series of the patient meets it.
 */
export type Same = "series" | "study" | "patient";
/**
 * One facet with what is wanted of it.
 */
export type Criterion = IsIn | Between | Contains;
/**
 * Name of the facet.
 */
export type Facet = string;
/**
 * A value of a facet: text, a number, or null for missing. Dates are text, 2024-01-31.
 */
export type Scalar = Text | number | null;
/**
 * Text in Unicode NFC, without NUL.
 */
export type Text = string;
/**
 * The values, any of which is wanted.
 *
 * @minItems 1
 * @maxItems 10000
 */
export type IsIn1 = Scalar[];
/**
 * Text in Unicode NFC, without NUL.
 */
export type Text1 = string;
/**
 * Low and high; both numbers or both dates, low not above high.
 *
 * @minItems 2
 * @maxItems 2
 */
export type Between1 = unknown[];
/**
 * Whether missing values are wanted too.
 */
export type Missing = boolean;
/**
 * Text in Unicode NFC, without NUL.
 */
export type Text2 = string;
/**
 * The texts, each a literal part of the value.
 *
 * @minItems 1
 * @maxItems 10000
 */
export type Contains1 = Text[];
/**
 * The criteria, at least one.
 *
 * @minItems 1
 * @maxItems 50
 */
export type Where = Criterion[];
/**
 * Criteria groups that must all hold for a patient; none means everybody.
 *
 * @maxItems 20
 */
export type Include = Group[];
/**
 * Criteria groups of which none may hold for a patient.
 *
 * @maxItems 20
 */
export type Exclude = Group[];
/**
 * Position of the include group that the first study meets, from 0.
 */
export type First = number;
/**
 * Position of the include group that the second study meets, from 0.
 */
export type Then = number;
/**
 * Low and high number of days that the second study lies after the first, both included; negative is before.
 *
 * @minItems 2
 * @maxItems 2
 */
export type Days = unknown[];
/**
 * Pairs of studies of one patient and the days between them; all must be found.
 *
 * @maxItems 100
 */
export type Within = Within1[];
/**
 * Which series of the members the cohort takes. matching: those that meet the include groups that name a facet of series or studies, or all original images when none does. images: all original images. all: everything.
 */
export type Select = "matching" | "images" | "all";
/**
 * Whether segmentations and annotations that are linked to a taken image come along.
 */
export type Derived = "none" | "linked";

/**
 * Who and what a cohort takes: a rule, not a result. At most 20 criteria groups, 50 criteria and 10,000 values in all; a text has at most 1,000 characters after NFC.
 */
export interface CohortDefinition {
  version: Version;
  name?: Name;
  include?: Include;
  exclude?: Exclude;
  within?: Within;
  select?: Select;
  derived?: Derived;
  annotations?: Annotations;
}
/**
 * Criteria that must hold together, on one level.
 */
export interface Group {
  same: Same;
  where: Where;
}
/**
 * The facet has any of these values; null stands for missing. For every kind of facet.
 */
export interface IsIn {
  facet: Facet;
  is_in: IsIn1;
}
/**
 * The facet lies in this range, both ends included; two open ends mean that it is recorded at all. For numbers and dates.
 */
export interface Between {
  facet: Text1;
  between: Between1;
  missing?: Missing;
}
/**
 * The facet contains any of these texts, upper and lower case alike. For text facets.
 */
export interface Contains {
  facet: Text2;
  contains: Contains1;
}
/**
 * Two studies of a patient, and the days between them.
 */
export interface Within1 {
  first: First;
  then: Then;
  days: Days;
}
/**
 * Notes, flags, paused groups, origin. Counting and the id ignore them.
 */
export interface Annotations {
  [k: string]: unknown;
}
