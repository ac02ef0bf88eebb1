/** @internal What a column of ids can hold. */
export type IdType = 'int32' | 'int64' | 'string'

/** @internal What a column of these ids holds: whole numbers, in 32 bits where they fit, or texts. */
export function typeOfIds(ids: ReadonlyArray<number | string>): IdType {
  let type: 'int32' | 'int64' = 'int32'
  for (const id of ids) {
    if (typeof id === 'string' || !Number.isInteger(id)) return 'string'
    if (id > 2 ** 31 - 1) type = 'int64'
  }
  return type
}
