import type { createSocket, Socket } from 'node:dgram'
import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { SnmpCredential, UserCredential } from './credential.ts'
import { type Chance, heapBytes, mutant, oddVarbind, seeded } from './fuzz.testkit.ts'
import { decodeHeader, TAG } from './message.ts'
import { INTERFACE_COLUMNS, int32, interfaceMib, mibAnswers, raw, readQuestion, response } from './responder.testkit.ts'
import { createSnmpEngine, type SnmpDevice, type Timers } from './snmp.ts'
import { UsmDevice } from './usm-device.testkit.ts'

/** `npm run bench -- snmp --fuzz` sets a million. */
const PACKETS = Number(process.env.EYENET_FUZZ_PACKETS ?? 20_000)
const SEED = Number(process.env.EYENET_FUZZ_SEED ?? Date.now() % 2 ** 31)
const MOST_GROWTH_BYTES = 50 * 1024 * 1024
const MOST_HANG_MS = 50
const FROM = { address: '192.0.2.7', port: 161, family: 'IPv4' as const, size: 0 }

const PRIVATE: UserCredential = {
  version: '3',
  user: 'eyenet',
  level: 'authPriv',
  authProtocol: 'sha',
  authKey: 'correct horse',
  privProtocol: 'aes',
  privKey: 'battery staple',
}
const OPEN: UserCredential = { version: '3', user: 'eyenet', level: 'noAuthNoPriv' }
const CREDENTIALS: readonly SnmpCredential[] = [
  { version: '1', community: 'public' },
  { version: '2c', community: 'public' },
  OPEN,
  PRIVATE,
]

/** Time that passes only when nothing else happens: a time-out costs nothing. */
function hurriedTimers(): Timers {
  let nowMs = 0
  return {
    nowMs: () => nowMs,
    after(ms, run) {
      const timer = setImmediate(() => {
        nowMs += ms
        run()
      })
      return () => clearImmediate(timer)
    },
  }
}

/** Stands in for a socket; behind it is a device that answers with what `answers` makes of each packet. */
class HostileSocket extends EventEmitter {
  readonly #answers: (packet: Buffer) => readonly Buffer[]
  readonly #chance: Chance
  delivered = 0
  slowestMs = 0

  constructor(answers: (packet: Buffer) => readonly Buffer[], chance: Chance) {
    super()
    this.#answers = answers
    this.#chance = chance
  }

  send(packet: Buffer, ...rest: unknown[]): void {
    const done = rest.at(-1)
    if (typeof done === 'function') done(null)
    queueMicrotask(() => {
      for (const answer of this.#answers(packet)) {
        const isStranger = this.#chance(50) === 0
        const began = performance.now()
        const cpu = process.cpuUsage()
        this.emit('message', answer, isStranger ? { ...FROM, port: 162 } : FROM)
        const { user, system } = process.cpuUsage(cpu)
        // What other processes take of the time is no hang of ours.
        const tookMs = Math.min(performance.now() - began, (user + system) / 1_000)
        this.slowestMs = Math.max(this.slowestMs, tookMs)
        this.delivered++
      }
    })
  }

  close(): void {}
}

/** The device's honest answer to a packet of ours, of any version. */
function honestly(): (packet: Buffer, chance: Chance) => Buffer {
  const mib = mibAnswers([...interfaceMib(5), raw('1.3.6.1.2.1.1.3.0', TAG.timeticks, int32(4711))])
  const value = raw('1.3.6.1.2.1.2.2.1.10.1', TAG.counter32, int32(5))
  const devices = [OPEN, PRIVATE].map((credential) => new UsmDevice(credential, value))
  return (packet, chance) => {
    const header = decodeHeader(packet)
    if (typeof header === 'string') throw new Error(header)
    if (header.version !== 3) {
      const question = readQuestion(packet, FROM)
      if (chance(3) > 0) return mib(question)
      const first = oddVarbind(chance)
      const again = chance(4) === 0
      return response(
        question,
        Array.from({ length: chance(60) }, () => (again ? first : oddVarbind(chance))),
      )
    }
    for (const device of devices) {
      device.said.length = 0
      device.asked.length = 0
      device.checksTime = chance(4) > 0
      try {
        return device.answer(packet)
      } catch {
        // It is the other one's.
      }
    }
    return packet
  }
}

/** All ways to ask, one after the other, until the device has said enough. */
async function ask(device: SnmpDevice, chance: Chance): Promise<string> {
  const columns = INTERFACE_COLUMNS.slice(0, 1 + chance(12))
  if (chance(4) === 0) return (await device.get(['1.3.6.1.2.1.1.3.0', ...columns.map((oid) => `${oid}.1`)])).kind
  if (chance(4) === 0) return (await device.next(columns)).kind
  const outcome = await device.walk(columns, { maxRows: 200 })
  return outcome.kind === 'ok' ? (outcome.value.stopped?.kind ?? 'ok') : outcome.kind
}

test(`${PACKETS} hostile packets (seed ${SEED}): no exception, no hang, no growth`, {
  timeout: 3_600_000,
}, async () => {
  const chance = seeded(SEED)
  const honest = honestly()
  let socket: HostileSocket | undefined
  const answers = (packet: Buffer): Buffer[] => {
    const sound = honest(packet, chance)
    const hostile = Array.from({ length: chance(4) }, () => mutant(chance(8) === 0 ? packet : sound, chance))
    return chance(4) === 0 ? [...hostile, sound] : hostile
  }
  const engine = createSnmpEngine({
    timers: hurriedTimers(),
    createSocket: (() => {
      socket ??= new HostileSocket(answers, chance)
      return socket as unknown as Socket
    }) as unknown as typeof createSocket,
  })
  const outcomes = new Map<string, number>()
  const fuzz = async (until: number): Promise<void> => {
    while ((socket?.delivered ?? 0) < until) {
      const credential = CREDENTIALS[chance(CREDENTIALS.length)] ?? OPEN
      const device = engine.device({ address: FROM.address, credential, maxRequestsPerSecond: 1e9 })
      for (let questions = 1 + chance(12); questions > 0; questions--) {
        const kind = await ask(device, chance)
        outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1)
      }
      device.close()
    }
  }
  // What is compiled and cached with the first packets is no growth.
  await fuzz(PACKETS / 10)
  const before = heapBytes()
  if (socket) socket.slowestMs = 0
  await fuzz(PACKETS)
  const grownBytes = heapBytes() - before
  process.stdout.write(
    `fuzz: seed ${SEED}, ${socket?.delivered} packets, slowest ${socket?.slowestMs.toFixed(1)} ms, heap grew by ` +
      `${(grownBytes / 1e6).toFixed(1)} MB, outcomes ${JSON.stringify(Object.fromEntries(outcomes))}\n`,
  )
  expect(grownBytes).toBeLessThan(MOST_GROWTH_BYTES)
  // Only the benchmark judges time: garbage of other tests may be collected meanwhile.
  if (process.env.EYENET_FUZZ_PACKETS !== undefined) expect(socket?.slowestMs).toBeLessThan(MOST_HANG_MS)
  for (const kind of ['ok', 'timeout', 'malformed']) expect(outcomes.get(kind)).toBeGreaterThan(0)
  const { malformed, unmatched, wrongSource } = engine.counters
  for (const count of [malformed, unmatched, wrongSource]) expect(count).toBeGreaterThan(0)
  engine.close()
})
