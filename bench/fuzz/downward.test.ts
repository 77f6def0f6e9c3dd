import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeviceId, epochMs } from '@eyenet/shared/identity'
import { ackTopic, desiredTopic, MAX_HOLES, SIGNED_TYPES, type Task, taskTopic } from '@eyenet/shared/wire'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { outboxIn, seriesOf, tick } from '../../agent/src/buffer/outbox.testkit.ts'
import { systemClock } from '../../agent/src/schedule/schedule.ts'
import type { Chance } from '../../agent/src/snmp/fuzz.testkit.ts'
import { newPair, TestBroker } from '../../agent/src/uplink/uplink.testkit.ts'
import { Uplink } from '../../agent/src/uplink/uplink.ts'
import { FUZZ_TIMEOUT_MS, type Fuzz, fuzz, mutantBytes, mutantJson, packetsOr, SEED } from './fuzz.testkit.ts'

const PACKETS = packetsOr(3_000)
/** Messages of one round: all that the agent takes between two tasks that are sound. */
const ROUND = 8

/** An agent with an outbox on disk and a broker that says what it is told. */
async function world() {
  const broker = new TestBroker()
  await broker.start()
  const dataDir = mkdtempSync(join(tmpdir(), 'eyenet-fuzz-'))
  const { identity, sign } = newPair(broker.url)
  const outbox = outboxIn(dataDir)
  let waiting: { id: string; done: () => void } | undefined
  const uplink = new Uplink({
    ...{ identity, dataDir, outbox, clock: systemClock, logger: pino({ level: 'silent' }) },
    ...{ version: '0.0.0', hostname: 'box', abilities: { ping: 'none', platform: 'test' } },
    onDesired: () => {},
    onTask: async (task) => {
      if (task.id === waiting?.id) waiting.done()
      return { kind: 'poll-now', id: task.id, ok: true, message: '' }
    },
  })
  await uplink.start()
  await broker.until(() => broker.of('status').length > 0)
  const task = (): Task => ({
    ...{ kind: 'poll-now', id: randomUUID(), agent: identity.agent, device: DeviceId.parse(randomUUID()) },
    ...{ at: epochMs(Date.now()), expiresAt: epochMs(Date.now() - 25_000) },
  })
  /** Resolves when the agent has done a sound task, and so has taken what came before it. */
  const caughtUp = async (): Promise<void> => {
    // The agent bears with clocks 30 s apart. What expires soon leaves its list of tasks that were done.
    const sound = { ...task(), expiresAt: epochMs(Date.now() - 20_000) }
    const done = new Promise<void>((resolve) => {
      waiting = { id: sound.id, done: resolve }
    })
    await broker.send(taskTopic(identity), await sign(sound, { typ: SIGNED_TYPES.task }))
    await done
  }
  const close = async (): Promise<void> => {
    await uplink.close()
    outbox.close()
    await broker.stop()
  }
  return { broker, identity, sign, outbox, uplink, task, caughtUp, close }
}

type World = Awaited<ReturnType<typeof world>>

/** What the server may have on disk: of the right shape, often impossible. */
function acknowledgement({ outbox }: World, chance: Chance) {
  const number = () => (chance(6) === 0 ? 2 ** (chance(54) + 1) - chance(2) : chance(200))
  const hole = () => (chance(3) === 0 ? [number(), number()] : [chance(50), 50 + chance(50)])
  const lane = () => ({ upTo: number(), holes: Array.from({ length: chance(MAX_HOLES) }, hole) })
  const refusal = () => ({ lane: 'samples', first: number() - 20, last: number(), reason: 'x' })
  return {
    epoch: chance(10) === 0 ? '0011223344556677' : outbox.epoch,
    lanes: { events: lane(), facts: lane(), samples: lane(), backfill: lane() },
    resendDefinitions: chance(10) === 0,
    refused: Array.from({ length: chance(4) }, refusal),
    at: Date.now(),
  }
}

async function hostileRound(at: World, { chance }: Fuzz): Promise<void> {
  const { broker, identity, sign, outbox } = at
  const desired = {
    ...{ agent: identity.agent, site: identity.site, revision: 1 + chance(100), at: Date.now() },
    targets: [{ address: '192.0.2.1', ping: true }],
  }
  const signed = [
    await sign(mutantJson(desired, chance)),
    await sign(mutantJson(at.task(), chance), { typ: SIGNED_TYPES.task }),
  ]
  tick(outbox, seriesOf(outbox, 5), chance(1_000))
  outbox.notice('x', 'something for the lane of events')
  outbox.flush()
  for (let sent = 0; sent < ROUND - 1; sent++) {
    const kind = chance(8)
    if (kind < 5) {
      const ack = Buffer.from(JSON.stringify(mutantAck(acknowledgement(at, chance), chance)) ?? '')
      await broker.send(ackTopic(identity), (chance(3) === 0 ? mutantBytes(ack, chance) : ack).toString('latin1'))
    } else {
      const whole = signed[kind % 2] ?? ''
      const message = chance(8) === 0 ? whole : mutantBytes(Buffer.from(whole), chance).toString('latin1')
      await broker.send(kind % 2 === 0 ? desiredTopic(identity) : taskTopic(identity), message)
    }
  }
  await at.caughtUp()
}

function mutantAck(ack: unknown, chance: Chance): unknown {
  return chance(2) === 0 ? ack : mutantJson(ack, chance)
}

test(`${PACKETS} damaged messages to an agent (seed ${SEED}): refused or done, no crash, no hang, no growth`, {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const at = await world()
  const done = await fuzz('downward', PACKETS, async (fuzzing) => {
    await fuzzing.step(async () => {
      await hostileRound(at, fuzzing)
      return 'caught up'
    }, ROUND)
    at.broker.published.length = 0
  })
  expect(done.outcome('caught up')).toBeGreaterThan(0)
  expect(at.uplink.status()).toMatchObject({ connected: true })
  expect(at.uplink.status().refusedCommands).toBeGreaterThan(PACKETS / 10)
  await at.close()
})
