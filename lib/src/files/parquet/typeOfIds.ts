/** @internal What a column of these ids holds: whole numbers, in 32 bits where they fit, or texts. */
export function typeOfIds(ids: ReadonlyArray<number | string>): 'int32' | 'int64' | 'string' {
  let type: 'int32' | 'int64' = 'int32'
  for (const id of ids) {
    if (typeof id === 'string' || !Number.isInteger(id)) return 'string'
    if (id > 2 ** 31 - 1) type = 'int64'
  }
  return type
}
