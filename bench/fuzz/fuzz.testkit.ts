import { expect } from 'vitest'
import { type Chance, heapBytes, noise, seeded } from '../../agent/src/snmp/fuzz.testkit.ts'

/** `npm run bench -- fuzz --packets N` sets it. */
const PACKETS = Number(process.env.EYENET_FUZZ_PACKETS ?? 0)
export const SEED = Number(process.env.EYENET_FUZZ_SEED ?? Date.now() % 2 ** 31)
const MOST_GROWTH_BYTES = 50 * 1024 * 1024
const MOST_HANG_MS = 50
export const FUZZ_TIMEOUT_MS = PACKETS > 0 ? 3_600_000 : 120_000

/** How many packets a test sends: what the benchmark asks for, else so many as a test has time for. */
export function packetsOr(short: number): number {
  return PACKETS > 0 ? PACKETS : short
}

export type Fuzz = {
  readonly chance: Chance
  /** Does one step, of so many packets, and counts what it answers; its time is judged. */
  step(work: () => Promise<string> | string, packets?: number): Promise<void>
  /** How often a step has answered so. */
  outcome(name: string): number
}

/**
 * Does `round` until so many steps are done. Fails on an exception, on growth, and where the benchmark runs on a step
 * that takes too long; the lesser of its CPU and its wall time counts, since other processes and garbage of other tests
 * are no fault of it.
 */
export async function fuzz(name: string, packets: number, round: (fuzz: Fuzz) => Promise<void>): Promise<Fuzz> {
  const chance = seeded(SEED)
  const outcomes = new Map<string, number>()
  let steps = 0
  let slowest = { ms: 0, outcome: '', step: 0 }
  const self: Fuzz = {
    chance,
    outcome: (wanted) => outcomes.get(wanted) ?? 0,
    async step(work, packets = 1) {
      const began = performance.now()
      const cpu = process.cpuUsage()
      const answer = work()
      const outcome = typeof answer === 'string' ? answer : await answer
      const { user, system } = process.cpuUsage(cpu)
      const ms = Math.min(performance.now() - began, (user + system) / 1_000)
      steps += packets
      if (ms > slowest.ms && !outcome.endsWith(TAKEN)) slowest = { ms, outcome, step: steps }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    },
  }
  const until = async (last: number): Promise<void> => {
    while (steps < last) {
      await round(self)
      // zlib frees what a damaged message held in the next turn of the loop.
      await new Promise(setImmediate)
    }
  }
  // What is compiled and cached with the first packets is neither growth nor a hang.
  await until(packets / 10)
  const before = heapBytes()
  slowest = { ms: 0, outcome: '', step: 0 }
  await until(packets)
  const grownBytes = heapBytes() - before
  process.stdout.write(
    `fuzz ${name}: seed ${SEED}, ${steps} packets, slowest ${slowest.ms.toFixed(1)} ms (${slowest.outcome}, step ` +
      `${slowest.step}), heap grew by ${(grownBytes / 1e6).toFixed(1)} MB, outcomes ` +
      `${JSON.stringify(Object.fromEntries(outcomes))}\n`,
  )
  expect(grownBytes).toBeLessThan(MOST_GROWTH_BYTES)
  if (PACKETS > 0) expect(slowest.ms).toBeLessThan(MOST_HANG_MS)
  return self
}

/** How the outcome ends of a packet that was sound after all: it costs what sound ones cost, the disk's time among it. */
export const TAKEN = ': taken'

type Mutation = (bytes: Buffer, chance: Chance) => Buffer

const MUTATIONS: readonly Mutation[] = [
  (bytes, chance) => bytes.subarray(0, chance(bytes.length)),
  (bytes, chance) => {
    for (let flips = chance(8); flips >= 0; flips--) {
      const at = chance(bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << chance(8))
    }
    return bytes
  },
  (bytes, chance) => {
    for (let changes = chance(6); changes >= 0; changes--) bytes[chance(bytes.length)] = chance(256)
    return bytes
  },
  // Lengths and counts lie at the beginning.
  (bytes, chance) => {
    const at = chance(Math.min(40, bytes.length))
    bytes.fill([0, 0x7f, 0x80, 0xff][chance(4)] ?? 0, at, Math.min(bytes.length, at + 1 + chance(8)))
    return bytes
  },
  (bytes, chance) => {
    const at = chance(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), noise(chance, 1 + chance(40)), bytes.subarray(at)])
  },
  (bytes, chance) => {
    const at = chance(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + chance(20))])
  },
  (bytes, chance) => {
    const at = chance(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(chance(at + 1))])
  },
  (_bytes, chance) => noise(chance, chance(300)),
]

/** These bytes with one to three things wrong with them. The ones given stay as they are. */
export function mutantBytes(bytes: Buffer, chance: Chance): Buffer {
  let changed: Buffer = Buffer.from(bytes)
  for (let rounds = [0, 0, 0, 1, 2][chance(5)] ?? 0; rounds >= 0 && changed.length > 0; rounds--) {
    changed = MUTATIONS[chance(MUTATIONS.length)]?.(changed, chance) ?? changed
  }
  return changed
}

const ODD: readonly ((chance: Chance) => unknown)[] = [
  () => null,
  () => '',
  () => -1,
  () => 0,
  () => 1e308,
  () => 2 ** 53,
  () => Number.MIN_VALUE,
  () => 'x'.repeat(5_000),
  () => '\u0000\u001b[31m\ud800',
  () => '__proto__',
  () => [],
  () => ({}),
  (chance) => chance(2 ** 31) - 2 ** 30,
  (chance) => Array.from({ length: chance(300) }, () => chance(10)),
  (chance) => Array.from({ length: 1 + chance(70) }, () => [chance(100) - 50, chance(1_000)]),
  () => JSON.parse('[[[[[[[[{"constructor":{"prototype":{}}}]]]]]]]]'),
]

/** This JSON value with one to three of its parts changed, left out, put in or moved. The one given stays as it is. */
export function mutantJson(value: unknown, chance: Chance): unknown {
  const copy: unknown = structuredClone(value)
  for (let rounds = chance(3); rounds >= 0; rounds--) changePart(copy, chance)
  return chance(40) === 0 ? ODD[chance(ODD.length)]?.(chance) : copy
}

function changePart(whole: unknown, chance: Chance): void {
  let part: unknown = whole
  for (let depth = chance(5); isContainer(part); depth--) {
    const names = Object.keys(part)
    const name = names[chance(names.length)]
    const inner: unknown = name === undefined ? undefined : Reflect.get(part, name)
    if (name === undefined || (isContainer(inner) && depth > 0)) {
      if (name === undefined) return
      part = inner
      continue
    }
    const change = chance(8)
    if (change === 0) Reflect.deleteProperty(part, name)
    else if (change === 1) Reflect.set(part, ['__proto__', 'kind', 'more', 'constructor'][chance(4)] ?? '', inner)
    else if (change === 2) Reflect.set(part, names[chance(names.length)] ?? name, inner)
    else Reflect.set(part, name, ODD[chance(ODD.length)]?.(chance))
    return
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
