import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { TAG } from './message.ts'
import { int32, tlv } from './responder.testkit.ts'

/** Numbers that depend on the seed alone (a linear congruential generator): whole, below `below`. */
export type Chance = (below: number) => number

export function seeded(seed: number): Chance {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 0x1_0000_0000) * below)
  }
}

type Mutation = (packet: Buffer, chance: Chance) => Buffer

/** The largest UDP datagram. */
const MOST_OCTETS = 65_507

/** What a hostile device may make of a sound packet. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  truncated: (packet, chance) => packet.subarray(0, chance(packet.length)),
  'bits flipped': (packet, chance) => {
    for (let flips = chance(8); flips >= 0; flips--) {
      const at = chance(packet.length)
      packet[at] = (packet[at] ?? 0) ^ (1 << chance(8))
    }
    return packet
  },
  'octets changed': (packet, chance) => {
    for (let changes = chance(6); changes >= 0; changes--) packet[chance(packet.length)] = chance(256)
    return packet
  },
  'a length that lies': (packet, chance) => {
    const heads = [...packet.keys()].filter((at) => HEADS.has(packet[at] ?? 0) && at + 1 < packet.length)
    const at = heads[chance(heads.length)] ?? 0
    packet[at + 1] = [0, 1, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x85, 0xff, chance(256)][chance(10)] ?? 0
    return packet
  },
  'octets put in': (packet, chance) => {
    const at = chance(packet.length)
    return Buffer.concat([packet.subarray(0, at), noise(chance, 1 + chance(40)), packet.subarray(at)])
  },
  'octets taken out': (packet, chance) => {
    const at = chance(packet.length)
    return Buffer.concat([packet.subarray(0, at), packet.subarray(at + 1 + chance(20))])
  },
  'deeply nested': (packet, chance) => {
    let inner = packet
    for (let depth = 1 + chance(60); depth > 0 && inner.length < 60_000; depth--) {
      inner = tlv(chance(4) === 0 ? TAG.octets : TAG.sequence, [inner])
    }
    return inner
  },
  'nothing but heads': (_packet, chance) => Buffer.alloc(chance(MOST_OCTETS), Buffer.from([0x30, 0x82, 0xff, 0xf0])),
  'another version': (packet, chance) => {
    packet[packet[1] === 0x82 ? 6 : packet[1] === 0x81 ? 5 : 4] = chance(5)
    return packet
  },
  noise: (_packet, chance) => noise(chance, chance(600)),
}

const HEADS: ReadonlySet<number> = new Set([0x30, 0x02, 0x04, 0x06, 0x41, 0x46, 0xa2, 0xa8])
const NAMES = Object.keys(MUTATIONS)

/** A packet with one to three things wrong with it. The one given stays as it is. */
export function mutant(packet: Buffer, chance: Chance): Buffer {
  let changed: Buffer = Buffer.from(packet)
  for (let rounds = [0, 0, 0, 1, 2][chance(5)] ?? 0; rounds >= 0; rounds--) {
    if (changed.length === 0) return changed
    changed = MUTATIONS[NAMES[chance(NAMES.length)] ?? '']?.(changed, chance) ?? changed
  }
  return changed.subarray(0, MOST_OCTETS)
}

/** Varbinds that are well-formed enough to be read and make no sense: huge names, giant numbers, one again and again. */
export function oddVarbind(chance: Chance): { name: Uint8Array; tag: number; content: Uint8Array } {
  const columns = [2, 7, 10, 16].map((column) => Buffer.from([0x2b, 6, 1, 2, 1, 2, 2, 1, column]))
  const column = columns[chance(columns.length)] ?? Buffer.alloc(0)
  const tails = [
    () => noise(chance, chance(200)),
    () => Buffer.alloc(chance(400), 0x01),
    () => Buffer.alloc(chance(400), 0xff),
    () => Buffer.from([chance(128)]),
    () => Buffer.from([0x8f, 0xff, 0xff, 0xff, 0x7f]),
  ]
  const contents = [
    () => Buffer.alloc(chance(2_000), 0x7f),
    () => noise(chance, chance(12)),
    () => int32(chance(2 ** 31)),
    () => Buffer.alloc(0),
    () => Buffer.from([0x9f, 0x78 + chance(2), chance(9), ...noise(chance, chance(9))]),
  ]
  const tags = [...Object.values(TAG), chance(256)]
  return {
    name: Buffer.concat([column, tails[chance(tails.length)]?.() ?? column]),
    tag: tags[chance(tags.length)] ?? 0,
    content: contents[chance(contents.length)]?.() ?? column,
  }
}

export function noise(chance: Chance, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => chance(256)))
}

/** What a process keeps in memory when its garbage is gone. */
export function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  // Twice: what the first finds may hold memory outside the heap until then.
  if (typeof collect === 'function') for (const _ of [1, 2]) collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
