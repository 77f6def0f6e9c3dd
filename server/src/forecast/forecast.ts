/**
 * What is to come: when disks, memory and interfaces will be full, told as metrics; and predictions of series on demand, with
 * how well they would have done. It alerts nobody: alert rules read its metrics.
 */
export type * from './forecast-interface.ts'
export { type ForecastOptions, type ForecastRoom, openForecasts } from './forecast-room.ts'
