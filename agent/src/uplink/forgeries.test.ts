import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { type Refusal, SIGNED_TYPES } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { Commands } from './commands.ts'
import { announcement, chainOf, ended, newPair, newServerKey, publicOf, successor } from './uplink.testkit.ts'

const NOW = epochMs(Date.UTC(2026, 5, 1))
const { identity, sign, server } = newPair('mqtt://127.0.0.1:1')
const other = newPair('mqtt://127.0.0.1:1')
const thief = newServerKey('thief')
const next = newServerKey('k2')

const folder = () => mkdtempSync(join(tmpdir(), 'eyenet-forgeries-'))
const task = (more: Record<string, unknown> = {}) => ({
  kind: 'poll-now',
  id: randomUUID(),
  agent: identity.agent,
  at: NOW,
  expiresAt: epochMs(NOW + 20_000),
  device: '00000000-0000-4000-8000-000000000001',
  ...more,
})
const desired = (more: Record<string, unknown> = {}) => ({
  agent: identity.agent,
  site: identity.site,
  revision: 5,
  at: NOW,
  targets: [],
  ...more,
})
const HOW = { now: NOW, faultOf: () => undefined }
const TASK = { typ: SIGNED_TYPES.task }

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
/** A message of which one part is another one's. */
async function withPart(at: 0 | 1 | 2, piece: (from: string) => string): Promise<string> {
  const parts = (await sign(task(), TASK)).split('.')
  return parts.with(at, piece(parts[at] ?? '')).join('.')
}
const flipped = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)

const FORGED_TASKS: readonly (readonly [string, Refusal, () => Promise<string> | string])[] = [
  ['nothing', 'unsigned', () => ''],
  ['JSON in the clear', 'unsigned', () => JSON.stringify(task())],
  ['bytes without meaning', 'unsigned', () => '\u0000\ufffd..'],
  ['two parts', 'unsigned', async () => (await sign(task(), TASK)).split('.').slice(0, 2).join('.')],
  ['four parts', 'unsigned', async () => `${await sign(task(), TASK)}.x`],
  ['algorithm none', 'unsigned', () => withPart(0, () => part({ alg: 'none', kid: 'k1', ...TASK }))],
  ['algorithm HS256', 'unsigned', () => withPart(0, () => part({ alg: 'HS256', kid: 'k1', ...TASK }))],
  ['the signature cut off', 'bad_signature', () => withPart(2, () => '')],
  ['one bit of the signature', 'bad_signature', () => withPart(2, flipped)],
  ['one bit of the payload', 'bad_signature', () => withPart(1, flipped)],
  ['another header under the signature', 'bad_signature', () => withPart(0, () => part({ alg: 'EdDSA', kid: 'k1' }))],
  [
    'a header that the library must understand',
    'bad_signature',
    () => withPart(0, () => part({ alg: 'EdDSA', kid: 'k1', crit: ['b64'], b64: false })),
  ],
  ["a thief's key under the server's id", 'bad_signature', () => sign(task(), { ...TASK, by: thief, kid: 'k1' })],
  ["a thief's key under its own id", 'unknown_key', () => sign(task(), { ...TASK, by: thief })],
  ['a key given in the header', 'unknown_key', () => withPart(0, () => part({ alg: 'EdDSA', jwk: publicOf(thief) }))],
  ['over 8 MiB', 'oversize', () => 'x'.repeat(8 * 1024 * 1024 + 1)],
  ['a desired state as a task', 'wrong_type', () => sign(task())],
  ['an announcement as a task', 'wrong_type', () => announcement(server, task())],
  ['no type', 'wrong_type', () => announcement(server, task(), '')],
  ['encrypted to another agent', 'not_encrypted', () => other.sign(task(), { ...TASK, by: server })],
  ['signed, not encrypted', 'not_encrypted', () => announcement(server, task(), SIGNED_TYPES.task)],
  ['no task', 'unreadable', () => sign({ nonsense: true }, TASK)],
  ['a kind of task from the future', 'unreadable', () => sign(task({ kind: 'reboot' }), TASK)],
  ['for another agent', 'misaddressed', () => sign(task({ agent: other.identity.agent }), TASK)],
  ['expired a minute ago', 'expired', () => sign(task({ expiresAt: epochMs(NOW - 60_000) }), TASK)],
]

test.each(FORGED_TASKS)('a task that is %s is refused as %s', async (_, refusal, forge) => {
  const outcome = await new Commands(identity, folder()).task(await forge(), NOW)
  expect(outcome).toMatchObject({ kind: 'refused', refusal })
})

const FORGED_STATES: readonly (readonly [string, Refusal, () => Promise<string> | string])[] = [
  ['a task as a desired state', 'wrong_type', () => sign(desired(), TASK)],
  ['for another agent', 'misaddressed', () => sign(desired({ agent: other.identity.agent }))],
  ['for another site', 'misaddressed', () => sign(desired({ site: 'elsewhere' }))],
  ['no desired state', 'unreadable', () => sign({ agent: identity.agent })],
  ["of a thief's key", 'unknown_key', () => sign(desired(), { by: thief })],
  ['older', 'outdated', () => sign(desired({ revision: 4 }))],
]

test.each(FORGED_STATES)('a desired state that is %s is refused as %s', async (_, refusal, forge) => {
  const commands = new Commands(identity, folder())
  expect((await commands.desired(await sign(desired()), HOW)).kind).toBe('accepted')
  expect(await commands.desired(await forge(), HOW)).toMatchObject({ kind: 'refused', refusal })
  expect(commands.revision).toBe(5)
})

const FORGED_CHAINS: readonly (readonly [string, Refusal, () => Promise<string> | string])[] = [
  ['no JSON', 'unreadable', () => 'not JSON'],
  ['no list', 'unreadable', () => '{"announcements":7}'],
  ['too long a list', 'unreadable', () => chainOf(Array.from({ length: 500 }, () => 'x'))],
  ["of a thief's key alone", 'unknown_key', async () => chainOf([await successor(thief, next)])],
  [
    "signed by a thief in the server's name",
    'bad_signature',
    async () => chainOf([await successor({ ...thief, kid: 'k1' }, next)]),
  ],
  ['of another type', 'wrong_type', async () => chainOf([await announcement(server, {}, SIGNED_TYPES.task)])],
  [
    'a second successor',
    'unknown_key',
    async () => chainOf([await successor(server, next), await successor(server, thief)]),
  ],
  ['the key before again', 'replayed', async () => chainOf([await successor(server, server)])],
  [
    'an end that the key declares itself',
    'bad_signature',
    async () => chainOf([await ended(server, server, 'replaced')]),
  ],
  [
    'an end of the newer key by the stolen older one',
    'bad_signature',
    async () => chainOf([await successor(server, next), await ended(server, next, 'compromised')]),
  ],
  [
    'a successor named by a key that has ended',
    'ended_key',
    async () => {
      const last = newServerKey('k3')
      const [on, off] = [await successor(server, next), await ended(next, server, 'compromised')]
      const again = [
        await successor(next, last),
        await ended(last, next, 'compromised'),
        await ended(next, server, 'replaced'),
      ]
      return chainOf([on, off, ...again, await successor({ ...next }, thief)])
    },
  ],
]

test('a desired state that cannot be run is refused by name', async () => {
  const commands = new Commands(identity, folder())
  const outcome = await commands.desired(await sign(desired()), { now: NOW, faultOf: () => 'its profile is broken' })
  expect(outcome).toMatchObject({ kind: 'refused', refusal: 'unrunnable' })
})

test.each(FORGED_CHAINS)('a list of keys that is %s is refused as %s', async (_, refusal, forge) => {
  const commands = new Commands(identity, folder())
  const outcome = await commands.keys(await forge())
  if (refusal === 'ended_key') expect(outcome.kind).toBe('refused')
  else expect(outcome).toMatchObject({ kind: 'refused', refusal })
  expect(commands.signingKeys).toEqual(['k1'])
})

test('a task is done once, also after a restart, a wiped file of desired state and a clock that was set back', async () => {
  const data = folder()
  const message = await sign(task(), TASK)
  const later = await sign(task({ at: epochMs(NOW + 3_600_000), expiresAt: epochMs(NOW + 3_620_000) }), TASK)
  expect((await new Commands(identity, data).task(message, NOW)).kind).toBe('accepted')
  expect(await new Commands(identity, data).task(message, NOW)).toMatchObject({ refusal: 'replayed' })
  expect((await new Commands(identity, data).task(later, epochMs(NOW + 3_600_000))).kind).toBe('accepted')
  expect(await new Commands(identity, data).task(message, NOW)).toMatchObject({ refusal: 'replayed' })

  const commands = new Commands(identity, data)
  await commands.desired(await sign(desired({ revision: 9 })), HOW)
  rmSync(join(data, 'desired.json'))
  const again = new Commands(identity, data)
  expect(await again.desired(await sign(desired({ revision: 8 })), HOW)).toMatchObject({ refusal: 'outdated' })
  expect((await again.desired(await sign(desired({ revision: 9 })), HOW)).kind).toBe('accepted')
})

test('tasks under way are bounded, and those that the server let expire make room', async () => {
  const commands = new Commands(identity, folder())
  for (let at = 0; at < 200; at++) expect((await commands.task(await sign(task(), TASK), NOW)).kind).toBe('accepted')
  expect(await commands.task(await sign(task(), TASK), NOW)).toMatchObject({ refusal: 'too_many' })
  const late = { at: epochMs(NOW + 60_000), expiresAt: epochMs(NOW + 80_000) }
  expect((await commands.task(await sign(task(late), TASK), epochMs(NOW + 60_000))).kind).toBe('accepted')
})
