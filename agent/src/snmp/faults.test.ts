import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { Scheduler } from '../schedule/schedule.ts'
import { freeUdpPort } from './agents.testkit.ts'
import { openConversation } from './conversation.ts'
import { noCounts } from './counters.ts'
import { type Chance, seeded } from './fuzz.testkit.ts'
import { decodeHeader, decodeVarbinds, PDU, type SnmpRequest } from './message.ts'
import { readTable } from './read-columns.ts'
import { INTERFACE_COLUMNS, interfaceMib, mibAnswers } from './responder.testkit.ts'
import { createSnmpEngine } from './snmp.ts'
import type { Reply } from './transport.ts'

const ROWS = 50
const SEED = 20_261_121
const answers = mibAnswers(interfaceMib(ROWS))

function answerTo({ pdu, oids, repetitions }: SnmpRequest): Reply {
  const question = { requestId: 1, version: 1, pduTag: PDU[pdu], repetitions, names: [...oids] }
  const packet = answers({
    ...question,
    packet: Buffer.alloc(0),
    from: { address: '', port: 0, family: 'IPv4', size: 0 },
  })
  const header = decodeHeader(packet)
  if (typeof header === 'string') throw new Error(header)
  const varbinds = decodeVarbinds(packet, header.varbindsStart, header.varbindsEnd)
  if (typeof varbinds === 'string') throw new Error(varbinds)
  return { kind: 'answer', errorStatus: 0, errorIndex: 0, varbinds, size: packet.length }
}

/** A device that answers after `latencyMs`, or not at all where `isLost` says so. */
function device(clock: FakeClock, { latencyMs, isLost }: { latencyMs: number; isLost: () => boolean }, chance: Chance) {
  return openConversation({
    counters: noCounts(),
    timers: { after: clock.after.bind(clock), nowMs: () => clock.monotonicMs() },
    random: () => chance(1_000) / 1_000,
    timeoutMs: 2_000,
    retries: 2,
    maxRepetitions: 1_000,
    link: {
      hasBulk: true,
      close: () => undefined,
      ask: (request, timeoutMs) =>
        new Promise((resolve) => {
          if (isLost() || latencyMs > timeoutMs) clock.after(timeoutMs, () => resolve({ kind: 'timeout', attempts: 1 }))
          else clock.after(latencyMs, () => resolve(answerTo(request)))
        }),
    },
  })
}

test(`one packet in twenty lost (seed ${SEED}): every poll has every row`, async () => {
  const clock = new FakeClock(0)
  const chance = seeded(SEED)
  const conversation = device(clock, { latencyMs: 20, isLost: () => chance(20) === 0 }, chance)
  const rows: number[] = []
  const polls = (async () => {
    for (let poll = 0; poll < 200; poll++) {
      const outcome = await readTable(conversation, INTERFACE_COLUMNS, { expectRows: ROWS })
      rows.push(outcome.kind === 'ok' && outcome.value.stopped === null ? outcome.value.indexes.length : 0)
    }
  })()
  while (rows.length < 200) await clock.advance(1_000)
  await polls
  expect(rows).toEqual(new Array(200).fill(ROWS))
  expect(conversation.counters.retries).toBeGreaterThan(20)
  // Loss is no reason to ask for ever smaller answers.
  expect(conversation.learnt.varbinds).toBeGreaterThan(100)
})

test('a tenth of the devices dead and a tenth twenty seconds slow: every other poll begins and ends on time', async () => {
  const clock = new FakeClock(0)
  const chance = seeded(SEED)
  const [interval, devices] = [60_000, 60]
  const slowest = new Map<string, number>()
  const polled = new Map<string, number>()
  const scheduler = new Scheduler({ clock, onFailure: (_id, thrown) => expect(thrown).toBeUndefined(), maxRunning: 16 })
  const jobs = Array.from({ length: devices }, (_, at) => {
    const isDead = at % 10 === 0
    const latencyMs = at % 10 === 1 ? 20_000 : 15
    const conversation = device(clock, { latencyMs, isLost: () => isDead }, chance)
    const id = `device ${at}`
    return {
      id,
      intervalMs: interval,
      run: async (tick: number) => {
        const outcome = await readTable(conversation, INTERFACE_COLUMNS, { expectRows: ROWS })
        if (at % 10 < 2) return
        if (outcome.kind === 'ok') polled.set(id, (polled.get(id) ?? 0) + 1)
        slowest.set(id, Math.max(slowest.get(id) ?? 0, clock.now() - tick))
      },
    }
  })
  scheduler.set(jobs)
  await clock.advance(10 * interval)
  expect(scheduler.counts.late).toBe(0)
  expect(polled.size).toBe((devices * 8) / 10)
  expect(Math.min(...polled.values())).toBeGreaterThanOrEqual(10)
  expect(Math.max(...slowest.values())).toBeLessThan(2_000)
  scheduler.close()
})

const DEVICES = fileURLToPath(new URL('../../../../shared/devices', import.meta.url))
const REPLAY = join(DEVICES, 'tools/replay.mjs')
const RECORDING = join(DEVICES, 'recordings/vrp_5720.snmprec')
const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

async function replay(...flags: string[]): Promise<number> {
  const port = await freeUdpPort()
  const child = spawn(process.execPath, [REPLAY, '--port', String(port), '--preload', ...flags, RECORDING])
  stops.push(() => child.kill('SIGKILL'))
  await new Promise<void>((resolve) => child.stdout.on('data', (said) => String(said).includes('ready') && resolve()))
  return port
}

test.skipIf(!existsSync(REPLAY)).each([
  ['5 % loss, latency and jitter', ['--loss', '0.05', '--latency', '2', '--jitter', '5']],
  ['GETBULK ignored', ['--no-bulk', '.*']],
] as const)('a recorded switch is read whole in each poll: %s', async (_name, flags) => {
  const port = await replay(...flags)
  const engine = createSnmpEngine()
  stops.push(() => engine.close())
  const credential = { version: '2c', community: 'vrp_5720' } as const
  const switched = engine.device({ address: '127.0.0.1', port, credential, timeoutMs: 250, maxRequestsPerSecond: 1e6 })
  const rows = readFileSync(RECORDING, 'utf8').match(/^1\.3\.6\.1\.2\.1\.31\.1\.1\.1\.6\./gm)?.length
  // A device that ignores GETBULK is told from a dead one by its other answers.
  expect((await switched.get(['1.3.6.1.2.1.1.3.0'])).kind).toBe('ok')
  for (let poll = 0; poll < 5; poll++) {
    const outcome = await switched.readColumns(['1.3.6.1.2.1.31.1.1.1.6', '1.3.6.1.2.1.31.1.1.1.10'])
    expect(outcome).toMatchObject({ kind: 'ok', value: { stopped: null } })
    expect(outcome.kind === 'ok' && outcome.value.indexes.length).toBe(rows)
  }
})
