/** An object identifier as numbers, and as the content octets of its BER form. */
export type Oid = { readonly arcs: readonly number[]; readonly ber: Uint8Array }

/** Columns of all devices share their prefixes, so one of each is kept. */
const known = new Map<string, Oid>()

/** The identifier written with dots. Meant for the fixed set of a MIB's columns: what it returns is kept. */
export function oidOf(text: string): Oid {
  const found = known.get(text)
  if (found !== undefined) return found
  const arcs = text.split('.').map(Number)
  const oid = { arcs, ber: wholeOidBer(arcs) }
  known.set(text, oid)
  return oid
}

/** Content octets of a whole identifier (its first two arcs share one octet). */
export function wholeOidBer(arcs: readonly number[]): Uint8Array {
  const [first = 0, second = 0, ...rest] = arcs
  return Uint8Array.from([...arcOctets(first * 40 + second), ...rest.flatMap(arcOctets)])
}

/** Content octets of the end of an identifier, as the index of a row. */
export function suffixBer(arcs: readonly number[]): Uint8Array {
  return Uint8Array.from(arcs.flatMap(arcOctets))
}

function arcOctets(arc: number): number[] {
  const octets = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift((rest % 128) | 0x80)
  return octets
}
