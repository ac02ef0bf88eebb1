/**
 * The names of the columns in people's own files, or their places from 1; a role without a name is found by its usual names. Places
 * alone say that there is no header, unless the first line has no rating in its place.
 */
export interface RatingColumnNames {
  /** The ids of users. */
  user?: string | number
  /** The ids of movies. */
  movie?: string | number
  /** `none` takes each row for a click: a sign of interest without stars. */
  rating?: string | number
  /** `none` leaves the column out. */
  timestamp?: string | number
}
