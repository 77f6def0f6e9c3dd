import { DeviceId, epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { openDatabase } from '../db/db.ts'
import { deviceEvents } from './device-events.ts'
import { DeviceRecords } from './device-records.ts'

const DEVICE = DeviceId.parse('0190bbbb-0000-7000-8000-000000000001')
const AGENT = '0190aaaa-0000-7000-8000-000000000001'
const AT = Date.UTC(2026, 5, 1)

async function world() {
  const db = await openDatabase(':memory:')
  const identity = { identity_rank: 'address', identity: '{}', reach: '{}', reach_at: epochMs(AT) } as const
  const base = { id: DEVICE, agent: AGENT, site: 'lab', name: 'core-1', address: '192.0.2.1', kind: 'snmp' }
  const since = { state: 'ok', state_since: AT, first_seen_at: AT, facts_at: AT, interval_seconds: 60 }
  await db
    .insertInto('devices')
    .values(JSON.parse(JSON.stringify({ ...base, ...identity, ...since })))
    .execute()
  const row = await db.selectFrom('devices').selectAll().executeTakeFirstOrThrow()
  const records = new DeviceRecords(db)
  const add = (key: string, body: { readonly kind: string; readonly at: number; readonly [more: string]: unknown }) =>
    records.addEvent(key, DEVICE, { ...body, at: epochMs(body.at) })
  const read = (limit = 100, cursor?: string) => deviceEvents(db, row, { limit, cursor })
  return { db, add, read }
}

const head = { epoch: '00112233aabbccdd', seq: 1, device: DEVICE }
const lifecycle = (minute: number, [from, to]: readonly [string, string], by: string) =>
  ({ kind: 'lifecycle', device: DEVICE, agent: AGENT, from, to, by, at: AT + minute }) as const

test('what is written of a device is told in sentences, newest first', async () => {
  const { db, add, read } = await world()
  const reach = { ...head, kind: 'reach-changed', snmp: 'down', icmp: 'up', problem: 'no answer\u001b[2J\nroot#' }
  await add('b', { ...reach, at: AT + 2 })
  await add('c', { ...head, kind: 'discontinuity', cause: 'restart', at: AT + 3 })
  await add('d', { ...head, kind: 'discontinuity', cause: 'counter-reset', interface: 'eth0', at: AT + 4 })
  await add('e', lifecycle(5, ['active', 'stale'], ''))
  await add('f', lifecycle(6, ['stale', 'retired'], 'mira'))
  await add('g', { kind: 'of-another-version', at: AT + 7 })
  const kept = { kept: '{}', history: 'done', copied_samples: 0 } as const
  const merged = { id: 'm', device: DEVICE, merged: AGENT, merged_name: 'old', merged_address: '192.0.2.9' }
  const when = { evidence: '[]', by: '', at: AT + 8, undone_at: AT + 9, undone_by: 'mira' }
  await db
    .insertInto('device_merges')
    .values(JSON.parse(JSON.stringify({ ...merged, ...when, ...kept })))
    .execute()
  const found = { id: 'd1', site: 'lab', agent: AGENT, state: 'accepted', device: DEVICE, silent: 0, snmp: 1 }
  const seen = { first_seen_at: AT - 9, last_seen_at: AT, decided_at: AT - 1, decided_by: 'rule our switches' }
  const text = { role: 'switch', search: '', evidence: '{}' }
  await db
    .insertInto('discovered')
    .values(JSON.parse(JSON.stringify({ ...found, ...seen, ...text })))
    .execute()
  const { items, total } = await read()
  expect(items.map(({ at, kind, text: said, by }) => [at - AT, kind, said, by])).toEqual([
    [9, 'parted', 'old (192.0.2.9) is a device of its own again', 'mira'],
    [8, 'merged', 'old (192.0.2.9) is the same device: merged into it', undefined],
    [6, 'lifecycle', 'retired: it is polled no more', 'mira'],
    [5, 'lifecycle', 'stale: it has not answered for days', undefined],
    [4, 'restart', 'the counters of eth0 began anew', undefined],
    [3, 'restart', 'started anew', undefined],
    [2, 'reach', 'answers ping, but no SNMP: no answer [2J root#', undefined],
    [0, 'found', 'watched from then on', undefined],
    [-1, 'found', 'accepted from the inbox', 'rule our switches'],
    [-9, 'found', 'found by a search', undefined],
  ])
  expect(total).toBe(10)
})

test('pages follow each other without a gap, also where many happened at once; a cursor of nobody is refused', async () => {
  const { add, read } = await world()
  for (let n = 0; n < 7; n += 1) await add(`k/${n}`, lifecycle(5, ['active', 'stale'], `${n}`))
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await read(3, cursor)
    expect(page.total).toBe(8)
    seen.push(...page.items.map(({ by }) => by ?? ''))
    cursor = page.next
  } while (cursor !== undefined)
  expect(seen).toEqual(['6', '5', '4', '3', '2', '1', '0', ''])
  await expect(read(3, 'soon')).rejects.toMatchObject({ code: 'invalid' })
})
