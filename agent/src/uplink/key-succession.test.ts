import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { SIGNED_TYPES } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { Commands } from './commands.ts'
import { chainOf, ended, newPair, newServerKey, type ServerKey, successor } from './uplink.testkit.ts'

const NOW = epochMs(Date.UTC(2026, 5, 1))
const { identity, sign, server: first } = newPair('mqtt://127.0.0.1:1')
const second = newServerKey('k2')
const third = newServerKey('k3')

const HOW = { now: NOW, faultOf: () => undefined }
const folder = () => mkdtempSync(join(tmpdir(), 'eyenet-keys-'))
const desired = (revision: number, by: ServerKey) =>
  sign({ agent: identity.agent, site: identity.site, revision, at: NOW, targets: [] }, { by })

test('both keys count from the announcement to the end of the first, which then counts no more', async () => {
  const commands = new Commands(identity, folder())
  const announced = [await successor(first, second)]
  expect(await commands.desired(await desired(1, second), HOW)).toMatchObject({ refusal: 'unknown_key' })
  expect((await commands.keys(chainOf(announced))).kind).toBe('changed')
  expect(commands.signingKeys).toEqual(['k1', 'k2'])
  expect((await commands.desired(await desired(1, first), HOW)).kind).toBe('accepted')
  expect((await commands.desired(await desired(2, second), HOW)).kind).toBe('accepted')
  await commands.keys(chainOf([...announced, await ended(second, first, 'replaced')]))
  expect(commands.signingKeys).toEqual(['k2'])
  expect(await commands.desired(await desired(3, first), HOW)).toMatchObject({ refusal: 'ended_key' })
})

test('an agent that was away over several successions follows the whole list, and keeps it over a restart', async () => {
  const data = folder()
  const chain = [
    await successor(first, second),
    await ended(second, first, 'replaced'),
    await successor(second, third),
    await ended(third, second, 'compromised'),
  ]
  const commands = new Commands(identity, data)
  expect((await commands.keys(chainOf(chain))).kind).toBe('changed')
  expect((await commands.keys(chainOf(chain))).kind).toBe('known')
  expect(new Commands(identity, data).signingKeys).toEqual(['k3'])
})

test('an agent that enrolled later takes the list as known, from the part that begins with its key', async () => {
  const later = { ...identity, signingKey: { ...identity.signingKey, x: third.x, kid: third.kid } }
  const commands = new Commands(later, folder())
  const chain = [
    await successor(first, second),
    await ended(second, first, 'replaced'),
    await successor(second, third),
    await ended(third, second, 'replaced'),
  ]
  expect((await commands.keys(chainOf(chain))).kind).toBe('known')
  expect(commands.signingKeys).toEqual(['k3'])
})

test('what a replaced key signed before runs after a restart; of a compromised key it does not', async () => {
  for (const why of ['replaced', 'compromised'] as const) {
    const data = folder()
    const commands = new Commands(identity, data)
    await commands.desired(await desired(4, first), HOW)
    await commands.keys(chainOf([await successor(first, second), await ended(second, first, why)]))
    const kept = await new Commands(identity, data).kept(NOW)
    if (why === 'replaced') expect(kept).toMatchObject({ kind: 'accepted', value: { revision: 4 } })
    else expect(kept).toMatchObject({ kind: 'refused', refusal: 'ended_key' })
  }
})

test('the same revision signed anew takes the place of the one on disk', async () => {
  const data = folder()
  const commands = new Commands(identity, data)
  await commands.desired(await desired(4, first), HOW)
  await commands.keys(chainOf([await successor(first, second)]))
  expect((await commands.desired(await desired(4, second), HOW)).kind).toBe('known')
  await commands.keys(chainOf([await successor(first, second), await ended(second, first, 'compromised')]))
  expect(await new Commands(identity, data).kept(NOW)).toMatchObject({ kind: 'accepted', value: { revision: 4 } })
})

test('an agent that is enrolled again forgets the keys of before', async () => {
  const data = folder()
  await new Commands(identity, data).keys(chainOf([await successor(first, second)]))
  const fresh = newServerKey('fresh')
  const again = { ...identity, signingKey: { ...identity.signingKey, x: fresh.x, kid: fresh.kid } }
  expect(new Commands(again, data).signingKeys).toEqual(['fresh'])
  const task = { typ: SIGNED_TYPES.task, by: second }
  expect(await new Commands(again, data).task(await sign({}, task), NOW)).toMatchObject({ refusal: 'unknown_key' })
})
