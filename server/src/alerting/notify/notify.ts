/**
 * Telling people: a queue on disk, and one file per channel. What is queued is sent once per change, in order, again and
 * again until the channel takes it or a day has passed. This room does not decide what is worth telling.
 */
export type { AlertNotice, Channel, SendOutcome } from './channel.ts'
export { type EmailSettings, emailChannel } from './email.ts'
export { createNotifier, type Notifier, type NotifierOptions } from './notifier.ts'
export { type WebhookSettings, webhookChannel } from './webhook.ts'
