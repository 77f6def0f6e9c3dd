/**
 * The outbox: everything the agent has to tell, on disk in one SQLite file until the server has it. It numbers messages
 * by lane, keeps within its quota and counts what it drops. It opens no connection and knows nothing of devices.
 */
export { type BufferDetails, type BufferStatus, readBufferStatus } from './buffer-status.ts'
export { openOutbox } from './open-outbox.ts'
export type { Outbox, OutboxOptions } from './outbox.ts'
export type { LiveQueue, OutboxMessage } from './outbox-message.ts'
export type { Additions, NewDiscovered, NewEvent, NewFacts, NewFinding, NewLinks } from './pending-group.ts'
export type { SamplePoll } from './sample-columns.ts'
