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
import { FUZZ_TIMEOUT_MS, fuzz, mutantBytes, mutantJson, packetsOr, SEED } from './fuzz.testkit.ts'

const PACKETS = packetsOr(400)
/** One hostile message and a task that is sound: once that is done, the agent has taken both. */
const ROUND = 2

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
    ...{ version: '0.0.0', hostname: 'box', abilities: () => ({ ping: 'none', platform: 'test' }) },
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
  /** A sound task; what sends it resolves when the agent has done it, and so has taken what came before it. */
  const soundTask = async () => {
    // The agent bears with clocks 30 s apart. What expires soon leaves its list of tasks that were done.
    const sound = { ...task(), expiresAt: epochMs(Date.now() - 20_000) }
    const message = await sign(sound, { typ: SIGNED_TYPES.task })
    return async (): Promise<void> => {
      const done = new Promise<void>((resolve) => {
        waiting = { id: sound.id, done: resolve }
      })
      await broker.send(taskTopic(identity), message)
      await done
    }
  }
  const close = async (): Promise<void> => {
    await uplink.close()
    outbox.close()
    await broker.stop()
  }
  return { broker, identity, sign, outbox, uplink, task, soundTask, close }
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

type Sent = { readonly topic: string; readonly message: string }

async function hostileMessages(at: World, chance: Chance): Promise<readonly Sent[]> {
  const { identity, sign } = at
  const desired = {
    ...{ agent: identity.agent, site: identity.site, revision: 1 + chance(100), at: Date.now() },
    targets: [{ address: '192.0.2.1', ping: true }],
  }
  const sent: Sent[] = []
  while (sent.length < ROUND - 1) {
    const kind = chance(8)
    if (kind < 5) {
      const ack = Buffer.from(JSON.stringify(mutantAck(acknowledgement(at, chance), chance)) ?? '')
      const message = (chance(3) === 0 ? mutantBytes(ack, chance) : ack).toString('latin1')
      sent.push({ topic: ackTopic(identity), message })
      continue
    }
    const isTask = kind % 2 === 1
    const whole = await sign(mutantJson(isTask ? at.task() : desired, chance), isTask ? { typ: SIGNED_TYPES.task } : {})
    const message = chance(2) === 0 ? whole : mutantBytes(Buffer.from(whole), chance).toString('latin1')
    sent.push({ topic: isTask ? taskTopic(identity) : desiredTopic(identity), message })
  }
  return sent
}

function mutantAck(ack: unknown, chance: Chance): unknown {
  return chance(2) === 0 ? ack : mutantJson(ack, chance)
}

test(`${PACKETS} damaged messages to an agent (seed ${SEED}): refused or done, no crash, no hang, no growth`, {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const at = await world()
  const done = await fuzz('downward', PACKETS, async ({ chance, step }) => {
    const { outbox, broker } = at
    if (chance(10) === 0) {
      tick(outbox, seriesOf(outbox, 5), chance(1_000))
      outbox.notice('x', 'something for the lane of events')
      outbox.flush()
    }
    const messages = await hostileMessages(at, chance)
    const catchUp = await at.soundTask()
    await step(async () => {
      for (const { topic, message } of messages) await broker.send(topic, message)
      await catchUp()
      return 'caught up'
    }, ROUND)
    broker.published.length = 0
  })
  expect(done.outcome('caught up')).toBeGreaterThan(0)
  expect(at.uplink.status()).toMatchObject({ connected: true })
  expect(at.uplink.status().refusedCommands).toBeGreaterThan(PACKETS / 20)
  await at.close()
})
