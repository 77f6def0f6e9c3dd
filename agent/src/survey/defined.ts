type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** An object without its undefined fields, so that what is unknown is left out of a result. */
export function defined<T extends Readonly<Record<string, unknown>>>(fields: T): Defined<T> {
  const known: Defined<T> = {}
  for (const key in fields) {
    const value = fields[key]
    if (isDefined(value)) known[key] = value
  }
  return known
}

function isDefined<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined
}
