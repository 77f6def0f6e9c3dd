/**
 * The gap ledger: which polls of each device are stored, which came late, which are lost and why, which are still awaited.
 * What is there is read from the metric store; this room keeps only what explains the rest, and changes no data.
 */

export type { StoredOfAgent } from './late-records.ts'
export type { LedgerQuery } from './ledger-query.ts'
export type { LateArrival, Ledger, LedgerOptions, LedgerRoom } from './ledger-room.ts'
export { openLedger } from './ledger-room.ts'
