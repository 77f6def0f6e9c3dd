import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { epochMs } from '@eyenet/shared/identity'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { type ControlDb, openDatabase } from '../../db/db.ts'
import { type AlertNotice, createNotifier, webhookChannel } from './notify.ts'

type Call = { readonly id: string; readonly authorization: string; readonly body: Record<string, unknown> }
const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const ALERT = '6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11'

async function receiver(answers: readonly number[]) {
  const calls: Call[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    calls.push({
      id: String(request.headers['idempotency-key']),
      authorization: String(request.headers.authorization),
      body: JSON.parse(Buffer.concat(chunks).toString()),
    })
    response.writeHead(answers[calls.length - 1] ?? 200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => void server.close())
  return { calls, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path` }
}

/** A URL where nobody listens any more. */
async function nobody(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}/`
}

async function database(): Promise<ControlDb> {
  const db = await openDatabase(':memory:')
  closing.push(() => db.destroy())
  await db
    .insertInto('alerts')
    .values({
      id: ALERT,
      rule_group: 'g',
      rule: 'DeviceDown',
      fingerprint: 'f',
      severity: 'critical',
      state: 'firing',
      machine: '{}',
      started_at: epochMs(1),
      fired_at: epochMs(1),
      ended_at: null,
      since: epochMs(1),
      labels: '{}',
      annotations: '{}',
      device: null,
      device_name: null,
      interface: null,
      value: '1',
      expr: 'up == 0',
      ack_by: null,
      ack_at: null,
      ack_comment: null,
      found_late_at: null,
    })
    .execute()
  return db
}

const notice = (change: AlertNotice['change']): AlertNotice => ({
  alert: ALERT,
  change,
  labels: { alertname: 'DeviceDown', device: 'core-1' },
  annotations: { summary: 'core-1 is down' },
  startsAt: Date.UTC(2026, 0, 1),
  ...(change === 'resolved' && { endsAt: Date.UTC(2026, 0, 1, 1) }),
  url: 'http://eyenet.example.net/alerts/1',
  externalUrl: 'http://eyenet.example.net',
})

function notifierFor(db: ControlDb, url: string) {
  const clock = { now: epochMs(1_000_000) }
  const notifier = createNotifier({
    db,
    channels: [webhookChannel({ name: 'chat', url, bearerToken: 'a-token' })],
    now: () => clock.now,
    logger: pino({ level: 'silent' }),
    onProgress: () => {},
  })
  closing.push(() => notifier.close())
  return { clock, notifier }
}

test('a change is told once, in the shape of Alertmanager, however often it is queued', async () => {
  const { calls, url } = await receiver([])
  const db = await database()
  const { notifier } = notifierFor(db, url)
  await notifier.enqueue(db, notice('firing'))
  await notifier.enqueue(db, notice('firing'))
  await notifier.sendDue()
  await notifier.sendDue()
  expect(calls).toHaveLength(1)
  expect(calls[0]?.authorization).toBe('Bearer a-token')
  expect(calls[0]?.body).toMatchObject({
    version: '4',
    status: 'firing',
    receiver: 'chat',
    commonLabels: { alertname: 'DeviceDown' },
    alerts: [{ status: 'firing', startsAt: '2026-01-01T00:00:00.000Z', endsAt: '0001-01-01T00:00:00Z' }],
  })
})

test('a receiver that fails is tried again later with the same key, and the resolution waits for the firing', async () => {
  const { calls, url } = await receiver([500, 503])
  const db = await database()
  const { clock, notifier } = notifierFor(db, url)
  await notifier.enqueue(db, notice('firing'))
  await notifier.enqueue(db, notice('resolved'))
  await notifier.sendDue()
  expect(calls).toHaveLength(1)
  clock.now = epochMs(clock.now + 7_000)
  await notifier.sendDue()
  expect(calls).toHaveLength(2)
  clock.now = epochMs(clock.now + 60_000)
  await notifier.sendDue()
  expect(calls.map((call) => call.body.status)).toEqual(['firing', 'firing', 'firing', 'resolved'])
  expect(new Set(calls.map((call) => call.id)).size).toBe(2)
})

test('what is queued survives a restart', async () => {
  const { calls, url } = await receiver([])
  const db = await database()
  const first = notifierFor(db, await nobody())
  await first.notifier.enqueue(db, notice('firing'))
  await first.notifier.sendDue()
  await first.notifier.close()
  const row = await db.selectFrom('notifications').selectAll().executeTakeFirstOrThrow()
  expect(row.error).toBe('the receiver cannot be reached (ECONNREFUSED)')
  const second = notifierFor(db, url)
  second.clock.now = epochMs(second.clock.now + 60_000)
  await second.notifier.sendDue()
  expect(calls.map((call) => call.body.status)).toEqual(['firing'])
})

test('after a day it gives up, says so, and the resolution is still told', async () => {
  const { calls, url } = await receiver([500, 500])
  const db = await database()
  const { clock, notifier } = notifierFor(db, url)
  await notifier.enqueue(db, notice('firing'))
  await notifier.sendDue()
  clock.now = epochMs(clock.now + 25 * 3_600_000)
  await notifier.sendDue()
  await notifier.enqueue(db, notice('resolved'))
  await notifier.sendDue()
  const rows = await db.selectFrom('notifications').select(['change', 'state', 'error']).orderBy('created_at').execute()
  expect(rows).toEqual([
    { change: 'firing', state: 'failed', error: 'the receiver answered HTTP 500' },
    { change: 'resolved', state: 'sent', error: null },
  ])
  expect(calls).toHaveLength(3)
})
