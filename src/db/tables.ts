import type { Generated } from 'kysely';

/** The tables, as kysely sees them. Integrators fill them: they are part of the interface. */
export interface Tables {
  parents: ParentsTable;
  preferences: PreferencesTable;
  centers: CentersTable;
}

/** A `point` column as pg reads it: x is the longitude, y the latitude. */
export interface PointColumn {
  readonly x: number;
  readonly y: number;
}

export interface ParentsTable {
  id: string;
  account_id: string;
  home_address: string | null;
  home_location: PointColumn | null;
  /** First day of the month of birth, `YYYY-MM-DD`. */
  child_birth_month: string | null;
  /** `YYYY-MM-DD`. */
  care_from: string | null;
}

export interface PreferencesTable {
  id: string;
  parent_id: string;
  type: string;
  /** Above 0. */
  weight: Generated<number>;
  payload: unknown;
}

export interface CentersTable {
  id: string;
  name: string;
  address: string;
  district: string | null;
  location: PointColumn;
  /** Nothing keeps nulls out of it. */
  languages: (string | null)[];
  pedagogy: string | null;
  /** OpenStreetMap opening_hours syntax. */
  opening_hours: string | null;
  capacity: number | null;
  free_places: number | null;
  /** A number for `infinity`. */
  free_places_updated_at: Date | number | null;
  min_age_months: number | null;
  max_age_months: number | null;
  website: string | null;
  phone: string | null;
}
