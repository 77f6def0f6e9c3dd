/**
 * What the network was: turns what is seen now into events, and events into the graph of any moment. Deciding is pure
 * (`remember`, `applyEvents`, `graphDiff`); the records touch the database.
 */
export { applyEvents } from './apply-event.ts'
export { endText, type Naming, plain } from './event-text.ts'
export { graphDiff } from './graph-diff.ts'
export { type EventPage, type EventQuery, HistoryRecords, type HistorySpan, type Watched } from './history-records.ts'
export { CONTRADICTED_FOR_MS } from './hold-back.ts'
export { endKey, endsOf, farEnd } from './link-ends.ts'
export { memoryOf, memoryText } from './memory-text.ts'
export { FORGOTTEN_AFTER_MS, LOST_AFTER_MS, remember, SET_BACK_MS, type Seen } from './remember.ts'
export {
  NOTHING_REMEMBERED,
  type Remembered,
  type RememberedGraph,
  type SeenGraph,
  topologyGraphOf,
} from './remembered.ts'
