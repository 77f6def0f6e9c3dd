import type { FactType } from './fact.ts'
import type { Arcs } from './oid-arcs.ts'

export type FactModule = {
  readonly name: string /** `20040622`, '' where the module does not say. */
  readonly lastUpdated: string
}

/** A table in memory: typed arrays, one entry per record in the order of OIDs. About 80 octets per record. */
export type FactColumns = {
  readonly size: number
  readonly modules: readonly FactModule[]
  readonly types: readonly FactType[]
  /** Units and quantities; the first is ''. */
  readonly words: readonly string[]
  /** References to other files: OIDs, or names that no file knows. */
  readonly externals: readonly string[]
  /** All OIDs start with these. */
  readonly prefix: Arcs
  /** What follows the prefix: record i has arcs[arcStart[i] .. arcStart[i + 1]). */
  readonly arcs: Uint32Array
  readonly arcStart: Uint32Array
  /** The record right above, -1 without one. */
  readonly parent: Int32Array
  readonly shape: Uint8Array
  /** Position in types plus 1; 0 for none. */
  readonly type: Uint16Array
  readonly module: Uint16Array
  readonly units: Uint16Array
  readonly quantity: Uint16Array
  /** Where a record's references start in referencePool; 0 for none. */
  readonly references: Uint32Array
  /** Per record: count * 2 + (1 if it augments), then that many of pack(). */
  readonly referencePool: Int32Array
  /** Names in UTF-8; that of record i ends at nameEnd[i], one line feed before the next. */
  readonly names: Uint8Array
  readonly nameEnd: Uint32Array
}

/** Kind, access and status of a record in one octet. */
export const shapeOf = (kind: number, access: number, status: number): number => kind + 8 * (access + 7 * status)
export const kindIn = (shape: number): number => shape % 8
export const accessIn = (shape: number): number => Math.floor(shape / 8) % 7
export const statusIn = (shape: number): number => Math.floor(shape / 56)

/** A reference in one number: position (or place in externals), whether external, whether IMPLIED. */
export const packReference = (at: number, external: boolean, implied: boolean): number =>
  at * 4 + (external ? 2 : 0) + (implied ? 1 : 0)
