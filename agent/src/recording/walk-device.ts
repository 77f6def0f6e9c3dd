import { describeOutcome, type SnmpDevice, type Varbind } from '../snmp/snmp.ts'
import { compareArcs } from './snmprec.ts'

/** Before everything that devices have: 1.2.840 (IEEE), 1.3.6.1, 1.3.111. */
const BEGINNING = '1.0'
/** Values in one go, between two looks at whether to stop: one table of a large device. */
const ROWS_AT_ONCE = 20_000
/** Arcs that a part of the walk has in common: 1.3.6.1.2.1.2, 1.3.6.1.4.1.9.9. */
const PART_ARCS = 7
const VENDOR_PART_ARCS = 8
const VENDORS = '1.3.6.1.4.1.'
/** Parts that end before their end, as in a circle, before the walk does: a sick device may have many. */
const MAX_BROKEN_PARTS = 50

export type WalkOptions = {
  /** Only what is below this OID. */
  readonly from?: string
  readonly max: number
  /** Values in one go, which are lost when it fails half way. */
  readonly atOnce?: number
  /** Asked between two parts. */
  readonly isStopped: () => boolean
  /** Asked before each request of a part. */
  readonly mayAsk?: () => boolean
  readonly onProgress?: (read: number, at: string) => void
}

/** How a walk ended; `problem` is a sentence for people. */
export type WalkEnd =
  | { readonly kind: 'whole'; readonly read: number }
  | { readonly kind: 'limit' | 'stopped' | 'broken'; readonly read: number; readonly problem: string }

/**
 * Everything that a device shows, in the order of its OIDs, a part at a time: what was taken stays taken when the walk
 * ends early. Bounded by `max`; a device that goes in circles or backwards ends its part, not the walk.
 */
export async function walkDevice(
  device: SnmpDevice,
  options: WalkOptions,
  take: (varbinds: readonly Varbind[]) => void,
): Promise<WalkEnd> {
  const { from, max, atOnce = ROWS_AT_ONCE, mayAsk } = options
  let cursor = from ?? BEGINNING
  let read = 0
  for (let broken = 0; broken <= MAX_BROKEN_PARTS; ) {
    if (options.isStopped()) return { kind: 'stopped', read, problem: 'stopped before the end' }
    if (read >= max) return { kind: 'limit', read, problem: `stopped after ${max} values; raise --max for more` }
    const next = await device.next([cursor])
    if (next.kind !== 'ok') return { kind: 'broken', read, problem: describeOutcome(next, device.target) }
    const [first] = next.value
    if (first === undefined || (from !== undefined && !first.oid.startsWith(`${from}.`))) return { kind: 'whole', read }
    if (compareArcs(arcsOf(first.oid), arcsOf(cursor)) <= 0) {
      return { kind: 'broken', read, problem: `the device goes backwards after ${cursor}` }
    }
    const part = partOf(first.oid, cursor)
    const got =
      part === first.oid
        ? undefined
        : await device.walk([part], { maxRows: Math.min(atOnce, max - read), ...(mayAsk && { mayAsk }) })
    if (got !== undefined && got.kind !== 'ok') {
      return { kind: 'broken', read, problem: describeOutcome(got, device.target) }
    }
    const rows = increasing([first, ...valuesOf(part, got?.value.rows ?? [])])
    take(rows)
    read += rows.length
    cursor = rows.at(-1)?.oid ?? first.oid
    options.onProgress?.(read, cursor)
    const stop = got?.value.stopped?.kind
    if (stop !== undefined && stop !== 'limit') broken++
  }
  return { kind: 'broken', read, problem: `${MAX_BROKEN_PARTS} parts did not end as they should` }
}

type Row = { readonly index: string; readonly values: readonly (Varbind['value'] | undefined)[] }

function valuesOf(part: string, rows: readonly Row[]): readonly Varbind[] {
  return rows.flatMap(({ index, values: [value] }) => (value === undefined ? [] : [{ oid: `${part}.${index}`, value }]))
}

/** In order and each once: the first of a part has been read twice, and a circle must not lead back. */
function increasing(varbinds: readonly Varbind[]): readonly Varbind[] {
  let last: readonly number[] = []
  return varbinds.filter(({ oid }) => {
    const arcs = arcsOf(oid)
    if (compareArcs(arcs, last) <= 0) return false
    last = arcs
    return true
  })
}

/** What to walk in one go: the OID's part, or, within a part that ended early, as much as lies behind the cursor. */
function partOf(oid: string, cursor: string): string {
  const arcs = oid.split('.')
  const before = cursor.split('.')
  let common = 0
  while (common < before.length && arcs[common] === before[common]) common++
  const usual = oid.startsWith(VENDORS) ? VENDOR_PART_ARCS : PART_ARCS
  // A part that holds the cursor, other than as its root, would begin with what has been read already.
  return arcs.slice(0, Math.max(usual, common === before.length ? common : common + 1)).join('.')
}

function arcsOf(oid: string): readonly number[] {
  return oid.split('.').map(Number)
}
