/** A place below 1.3.6.1.4.1 as a whole OID: one instance, or a column. */
export type Place = { readonly oid: string; readonly isInstance: boolean }

/** One line of vendor-tables.ts. */
export type ResourceLine = {
  readonly enterprise: number
  /** `value` for processors; `total`, `used`, `free`, `percent` for pools. */
  readonly places: ReadonlyMap<string, Place>
  readonly nameColumn: string | undefined
  readonly entityColumn: string | undefined
  readonly isEntity: boolean
  readonly label: string
  readonly names: readonly string[]
  readonly only: string
  readonly not: string
  readonly unit: number
  readonly divisor: number
  readonly idle: boolean
  readonly busy: boolean
  readonly beside: boolean
}

const ENTERPRISES = '1.3.6.1.4.1'
const POOL_KEYS = ['total', 'used', 'free', 'percent']

/** Reads one line; the form is described in vendor-tables.ts. */
export function parseResourceLine(line: string): ResourceLine {
  const words = line.trim().split(/\s+/)
  const places = new Map<string, Place>()
  const options = new Map<string, string>()
  for (const word of words) {
    const equals = word.indexOf('=')
    const key = word.slice(0, Math.max(0, equals))
    if (POOL_KEYS.includes(key)) places.set(key, placeOf(word.slice(equals + 1)))
    else if (/^=?\d/.test(word)) places.set('value', placeOf(word))
    else if (word.startsWith('entity:')) options.set('entityColumn', word.slice('entity:'.length))
    else if (word.startsWith('/')) options.set('divisor', word.slice(1))
    else options.set(equals > 0 ? key : word, equals > 0 ? word.slice(equals + 1) : 'yes')
  }
  const column = (key: string): string | undefined => {
    const place = options.get(key)
    return place === undefined ? undefined : `${ENTERPRISES}.${place}`
  }
  const [first] = places.values()
  return {
    enterprise: Number(first?.oid.split('.')[6]),
    places,
    nameColumn: column('name'),
    entityColumn: column('entityColumn'),
    isEntity: options.has('entity'),
    label: (options.get('label') ?? '').replaceAll('_', ' '),
    names: options.get('names')?.split(',') ?? [],
    only: (options.get('only') ?? '').replaceAll('_', ' '),
    not: (options.get('not') ?? '').replaceAll('_', ' '),
    unit: Number(options.get('unit') ?? 1),
    divisor: Number(options.get('divisor') ?? 1),
    idle: options.has('idle'),
    busy: options.has('busy'),
    beside: options.has('+'),
  }
}

function placeOf(text: string): Place {
  const isNamed = text.startsWith('=')
  const oid = isNamed ? text.slice(1) : text
  return { oid: `${ENTERPRISES}.${oid}`, isInstance: isNamed || oid.endsWith('.0') }
}
