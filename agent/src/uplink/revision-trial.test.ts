import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { epochMs } from '@eyenet/shared/identity'
import { ackTopic, type DesiredState, desiredTopic } from '@eyenet/shared/wire'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Outbox } from '../buffer/buffer.ts'
import { outboxIn, START } from '../buffer/outbox.testkit.ts'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { RevisionTrial, SETTLE_MS, TRIAL_MS } from './revision-trial.ts'
import { ackFor, newPair, TestBroker } from './uplink.testkit.ts'
import { Uplink } from './uplink.ts'

let broker: TestBroker
let folder: string
let outbox: Outbox
let clock: FakeClock
let pair: ReturnType<typeof newPair>
let uplink: Uplink | undefined
let ran: number[]

beforeEach(async () => {
  broker = new TestBroker()
  await broker.start()
  folder = mkdtempSync(`${tmpdir()}/eyenet-trial-`)
  pair = newPair(broker.url)
  outbox = outboxIn(folder)
  clock = new FakeClock(START)
  ran = []
})

afterEach(async () => {
  await uplink?.close()
  outbox.close()
  await broker.stop()
})

async function start(faultOfDesired?: (state: DesiredState) => string | undefined): Promise<void> {
  uplink = new Uplink({
    identity: pair.identity,
    dataDir: folder,
    outbox,
    clock,
    logger: pino({ level: 'silent' }),
    version: '0.0.0',
    hostname: 'agent.example.net',
    abilities: () => ({ ping: 'none', platform: 'test', settings: true }),
    onDesired: (state) => ran.push(state?.revision ?? 0),
    ...(faultOfDesired && { faultOfDesired }),
    fileRules: () => ['intervalSeconds'],
    onTask: async ({ id }) => ({ kind: 'refused', id, reason: 'no' }),
  })
  await uplink.start()
}

async function tell(revision: number): Promise<void> {
  const { agent, site } = pair.identity
  const state = { agent, site, revision, at: epochMs(START), targets: [], settings: { intervalSeconds: 30 } }
  await broker.send(desiredTopic(pair.identity), await pair.sign(state), true)
}

const births = () =>
  broker
    .of('status')
    .map(({ payload }) => JSON.parse(payload.toString()))
    .filter(({ kind }) => kind === 'birth')
const lastBirth = () => births().at(-1)
const acknowledge = () => broker.send(ackTopic(pair.identity), ackFor(outbox.epoch, {}))

async function confirmed(revision: number): Promise<void> {
  await tell(revision)
  await expect.poll(() => lastBirth()?.applied).toMatchObject({ revision, confirmed: false })
  await clock.advance(SETTLE_MS)
  await acknowledge()
  await expect.poll(() => lastBirth()?.applied).toMatchObject({ revision, confirmed: true })
}

test('a trial passes once the server answers after a while, and fails when it is not heard for five minutes', () => {
  const trial = new RevisionTrial()
  expect(trial.heard(0)).toBe(false)
  trial.begin(1_000)
  expect(trial.heard(1_000 + SETTLE_MS - 1)).toBe(false)
  expect(trial.isFailed(1_000 + SETTLE_MS - 2 + TRIAL_MS)).toBe(false)
  expect(trial.isFailed(1_000 + SETTLE_MS - 1 + TRIAL_MS)).toBe(true)
  expect(trial.heard(1_000 + SETTLE_MS)).toBe(true)
  trial.end()
  expect(trial.isFailed(10 * TRIAL_MS)).toBe(false)
})

test('a revision with which the server is not reached is left for the one before, told, and not taken again', async () => {
  await start()
  await confirmed(1)
  await tell(2)
  await expect.poll(() => ran).toEqual([1, 2])
  await broker.stop()
  await expect.poll(() => uplink?.status().connected).toBe(false)
  await clock.advance(TRIAL_MS - 10_000)
  expect(ran).toEqual([1, 2])
  await clock.advance(20_000)
  await expect.poll(() => ran).toEqual([1, 2, 1])
  await broker.start()
  const back = async () => {
    await clock.advance(30_000)
    return lastBirth()
  }
  await expect
    .poll(back)
    .toMatchObject({ revision: 1, rejected: { revision: 2, how: 'rolled-back' }, fileRules: ['intervalSeconds'] })
  await tell(2)
  await confirmed(3)
  expect(ran).toEqual([1, 2, 1, 3])
  expect(uplink?.status().refusedCommands).toBe(0)
})

test('an agent that is killed on trial goes on with the trial, and in the end goes back', async () => {
  await start()
  await confirmed(1)
  await tell(2)
  await expect.poll(() => ran).toEqual([1, 2])
  await broker.stop()
  await uplink?.close()
  ran = []
  await start()
  expect(ran).toEqual([2])
  await clock.advance(TRIAL_MS + 10_000)
  await expect.poll(() => ran).toEqual([2, 1])
  await uplink?.close()
  ran = []
  await start()
  expect(ran).toEqual([1])
  await broker.start()
})

test('a revision that cannot be run is refused as a whole, with the reason, and the old one goes on', async () => {
  await start(({ revision }) => (revision === 2 ? 'acme.yaml:1:1: there is no option `x`' : undefined))
  await confirmed(1)
  await tell(2)
  await expect.poll(lastBirth).toMatchObject({
    revision: 1,
    rejected: { revision: 2, how: 'refused', reason: expect.stringContaining('acme.yaml') },
  })
  await tell(2)
  await confirmed(3)
  expect(ran).toEqual([1, 3])
  expect(uplink?.status().refusedCommands).toBe(1)
})

test('the first revision of all is left for none', async () => {
  await start()
  await tell(1)
  await expect.poll(() => ran).toEqual([1])
  broker.cut()
  await broker.stop()
  await clock.advance(TRIAL_MS + 10_000)
  await expect.poll(() => ran).toEqual([1, 0])
  expect(uplink?.status().revision).toBe(0)
  await broker.start()
})
