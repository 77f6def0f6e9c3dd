import { EyeNetError } from '@eyenet/shared/errors'

/** RFC 2578, 3.5. */
export const MAX_ARCS = 128
const MAX_ARC = 0xffff_ffff

export type Arcs = readonly number[]

/** The numbers of a dotted OID; a leading dot is allowed. Undefined for anything else. */
export function parseArcs(dotted: string): number[] | undefined {
  const arcs: number[] = []
  let at = dotted.charCodeAt(0) === 46 ? 1 : 0
  for (;;) {
    const start = at
    let arc = 0
    for (; at < dotted.length; at++) {
      const digit = dotted.charCodeAt(at) - 48
      if (digit < 0 || digit > 9) break
      arc = arc * 10 + digit
      if (arc > MAX_ARC) return undefined
    }
    if (at === start || arcs.length === MAX_ARCS) return undefined
    arcs.push(arc)
    if (at === dotted.length) return arcs
    if (dotted.charCodeAt(at) !== 46) return undefined
    at++
  }
}

/** The numbers of an OID. Throws `invalid` for what is none. */
export function arcsOf(oid: string | Arcs): Arcs {
  if (typeof oid !== 'string') return oid
  const arcs = parseArcs(oid)
  if (!arcs) throw new EyeNetError('invalid', `${JSON.stringify(oid)} is not an OID such as 1.3.6.1.2.1.1.1.0`)
  return arcs
}

/** Order of OIDs (RFC 3416): number by number, the shorter first. */
export function compareArcs(a: Arcs, b: Arcs): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const ENTERPRISES: Arcs = [1, 3, 6, 1, 4, 1]

/** The enterprise below which an OID lies; undefined outside of all. */
export function enterpriseOf(arcs: Arcs): number | undefined {
  return ENTERPRISES.every((arc, i) => arcs[i] === arc) ? arcs[ENTERPRISES.length] : undefined
}
