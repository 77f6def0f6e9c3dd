/**
 * Traps of watched devices, as a hint to look at them soon. A trap is never taken for a fact: its sender's address can be
 * made up by anybody. What this room hears it counts, and hands on which devices to look at; it asks none itself.
 */
export { NO_TRAPS, TRAP_OUTCOMES, type TrapCounts, type TrapOutcome } from './trap-hints.ts'
export { type TrapSettings, TrapWatch, type TrapWatchParts } from './trap-watch.ts'
