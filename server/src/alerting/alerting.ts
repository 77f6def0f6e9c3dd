/**
 * Alert rules, their evaluation, the history of alerts and who was told. This room decides when something is wrong; it
 * reads samples through the store and sends nothing by itself but through its notification channels.
 */
export type * from './alerting-interface.ts'
export { type AlertingOptions, type AlertingRoom, openAlerting } from './alerting-room.ts'
