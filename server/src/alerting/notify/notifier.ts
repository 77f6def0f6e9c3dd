import { randomUUID } from 'node:crypto'
import { messageOf } from '@eyenet/shared/errors'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import type { ControlDb, NotificationRow } from '../../db/db.ts'
import { AlertNotice, type Channel, type SendOutcome } from './channel.ts'

export type NotifierOptions = {
  readonly db: ControlDb
  readonly channels: readonly Channel[]
  readonly now: () => EpochMs
  readonly logger: Logger
  /** Called after each attempt. */
  readonly onProgress: (alert: string) => void
}

export interface Notifier {
  /** Queues the change for every channel, in the caller's transaction. Queued once, however often it is called. */
  enqueue(trx: ControlDb, notice: AlertNotice): Promise<void>
  /** Sends what is due; what is under way is not sent again. Resolves when nothing more is due. */
  sendDue(): Promise<void>
  stats(): { readonly sent: number; readonly retried: number; readonly failed: number }
  close(): Promise<void>
}

const FIRST_RETRY_MS = 5_000
const LAST_RETRY_MS = 15 * 60_000
/** What could not be told within a day is shown as failed. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000
/** Taken from the queue at once. */
const BATCH = 100
/** A clock that jumped ahead and back must not put off what is due for as long. */
const LONGEST_WAIT_MS = 2 * LAST_RETRY_MS
/** Calls under way at once. */
const CONCURRENT = 8
const CHECK_MS = 1_000

class QueuedNotifier implements Notifier {
  readonly #options: NotifierOptions
  readonly #timer: NodeJS.Timeout
  #sending: Promise<void> | undefined
  #closed = false
  #sent = 0
  #retried = 0
  #failed = 0

  constructor(options: NotifierOptions) {
    this.#options = options
    this.#timer = setInterval(() => void this.#check(), CHECK_MS)
    this.#timer.unref()
  }

  async enqueue(trx: ControlDb, notice: AlertNotice): Promise<void> {
    const now = this.#options.now()
    const rows = this.#options.channels.map((channel) => ({
      id: randomUUID(),
      alert: notice.alert,
      channel: channel.name,
      change: notice.change,
      state: 'waiting' as const,
      attempts: 0,
      created_at: now,
      next_at: now,
      at: now,
      error: null,
      body: JSON.stringify(notice),
    }))
    if (rows.length === 0) return
    await trx
      .insertInto('notifications')
      .values(rows)
      .onConflict((one) => one.doNothing())
      .execute()
  }

  sendDue(): Promise<void> {
    this.#sending ??= this.#drain().finally(() => {
      this.#sending = undefined
    })
    return this.#sending
  }

  stats() {
    return { sent: this.#sent, retried: this.#retried, failed: this.#failed }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    await this.#sending?.catch(() => {})
    for (const channel of this.#options.channels) channel.close?.()
  }

  async #check(): Promise<void> {
    try {
      await this.sendDue()
    } catch (thrown) {
      this.#options.logger.error(
        { error: messageOf(thrown) },
        'could not read the queue of notifications; trying again',
      )
    }
  }

  async #drain(): Promise<void> {
    while (!this.#closed) {
      const due = await this.#due()
      if (due.length === 0) return
      for (let at = 0; at < due.length && !this.#closed; at += CONCURRENT) {
        await Promise.all(due.slice(at, at + CONCURRENT).map((row) => this.#send(row)))
      }
    }
  }

  /** A resolution waits until the firing before it has been told or given up. */
  async #due(): Promise<readonly NotificationRow[]> {
    const { db, now } = this.#options
    return db
      .selectFrom('notifications as one')
      .selectAll()
      .where('state', '=', 'waiting')
      .where((eb) => eb.or([eb('next_at', '<=', now()), eb('next_at', '>', epochMs(now() + LONGEST_WAIT_MS))]))
      .where((eb) =>
        eb.or([
          eb('change', '=', 'firing'),
          eb.not(
            eb.exists(
              eb
                .selectFrom('notifications as before')
                .select('before.id')
                .whereRef('before.alert', '=', 'one.alert')
                .whereRef('before.channel', '=', 'one.channel')
                .where('before.change', '=', 'firing')
                .where('before.state', '=', 'waiting'),
            ),
          ),
        ]),
      )
      .orderBy('next_at')
      .limit(BATCH)
      .execute()
  }

  async #send(row: NotificationRow): Promise<void> {
    const channel = this.#options.channels.find(({ name }) => name === row.channel)
    if (channel === undefined) {
      return this.#save(row, { state: 'failed', error: 'this channel is no longer in the configuration' })
    }
    const outcome = await tried(channel, row)
    if (outcome.kind === 'sent') {
      this.#sent += 1
      return this.#save(row, { state: 'sent', error: null })
    }
    const now = this.#options.now()
    const givenUp = now - row.created_at > GIVE_UP_AFTER_MS
    if (givenUp) this.#failed += 1
    else this.#retried += 1
    this.#options.logger.warn(
      { channel: row.channel, reason: outcome.reason, attempt: row.attempts + 1 },
      'not told yet',
    )
    const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** row.attempts)
    const next_at = epochMs(now + wait * (0.8 + 0.4 * Math.random()))
    return this.#save(row, { state: givenUp ? 'failed' : 'waiting', error: outcome.reason, next_at })
  }

  async #save(row: NotificationRow, changed: Partial<NotificationRow>): Promise<void> {
    await this.#options.db
      .updateTable('notifications')
      .set({ ...changed, attempts: row.attempts + 1, at: this.#options.now() })
      .where('id', '=', row.id)
      .execute()
    this.#options.onProgress(row.alert)
  }
}

/** A row that cannot be read must not stop those behind it. */
async function tried(channel: Channel, row: NotificationRow): Promise<SendOutcome> {
  try {
    return await channel.send(AlertNotice.parse(JSON.parse(row.body)), row.id)
  } catch (thrown) {
    return { kind: 'retry', reason: `it could not be sent: ${messageOf(thrown).slice(0, 200)}` }
  }
}

export function createNotifier(options: NotifierOptions): Notifier {
  return new QueuedNotifier(options)
}
