/**
 * What agents judged unusual: kept from beginning to end, with what people say of it, and whether the budget of false alarms
 * was met; and the usual range of a series over its history. It judges nothing by itself but through the shared judge, and
 * pages nobody: alert rules do.
 */
export type * from './anomaly-interface.ts'
export { type AnomaliesOptions, type AnomalyRoom, openAnomalies } from './anomaly-room.ts'
export type { ModelFile } from './bands/band-calls.ts'
export { type BandThread, MAX_BAND_SERIES, MAX_BAND_STEPS } from './bands/band-desk.ts'
