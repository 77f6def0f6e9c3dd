import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { EyeNetError } from '@eyenet/shared/errors'
import { DeviceId, type Labels, OutboxEpoch, seriesKey } from '@eyenet/shared/identity'
import { encodeSamples, frame, LANES, type Peer, type SamplesBatch } from '@eyenet/shared/wire'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Chance } from '../../agent/src/snmp/fuzz.testkit.ts'
import { enrolled, fleetWorld, START } from '../../server/src/fleet/fleet.testkit.ts'
import { createIngest } from '../../server/src/ingest/ingest.ts'
import { openInventory } from '../../server/src/inventory/inventory.ts'
import { DirectStore } from '../../server/src/store/direct-store.ts'
import { openEmbeddedStore } from '../../server/src/store/embedded/embedded.ts'
import { NO_ROOM } from '../../server/src/store/store.ts'
import { FUZZ_TIMEOUT_MS, fuzz, mutantBytes, mutantJson, packetsOr, SEED, TAKEN } from './fuzz.testkit.ts'

const PACKETS = packetsOr(10_000)
/** Series of a damaged message are sound series with other names: they fill the store, which is no fault of it. */
const MAX_SERIES = 500
const DEVICE = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const EPOCH = OutboxEpoch.parse('00112233aabbccdd')
const deflate = (body: Uint8Array) => deflateRawSync(body, { level: 1 })
const framed = (value: unknown) => Buffer.from(frame(Buffer.from(JSON.stringify(value) ?? 'null'), deflate))

class SmallStore extends DirectStore {
  readonly #keys = new Set<string>()

  override async intern(labels: readonly Labels[]): Promise<Int32Array> {
    const fits = labels.map((one) => {
      const key = seriesKey(one)
      if (this.#keys.size < MAX_SERIES) this.#keys.add(key)
      return this.#keys.has(key)
    })
    const refs = await super.intern(labels.filter((_, at) => fits[at]))
    let next = 0
    return Int32Array.from(fits, (isIn) => (isIn ? (refs[next++] ?? NO_ROOM) : NO_ROOM))
  }
}

const head = { epoch: EPOCH, at: START }
const REPORTS: readonly ((seq: number) => Readonly<Record<string, unknown>>)[] = [
  (seq) => ({ ...head, seq, kind: 'reach-changed', device: DEVICE, snmp: 'up', icmp: 'down', problem: 'no answer' }),
  (seq) => ({ ...head, seq, kind: 'discontinuity', device: DEVICE, interface: 'Gi0/1', cause: 'counter-reset' }),
  (seq) => ({ ...head, seq, kind: 'dropped', lane: 'samples', samples: 9, from: START - 9, to: START, reason: 'age' }),
  (seq) => ({ ...head, seq, kind: 'notice', code: 'x', message: 'something happened' }),
]

const facts = (seq: number) => ({
  ...head,
  ...{ seq, kind: 'facts', device: DEVICE, identityRank: 'serial', name: 'sw1', address: '192.0.2.1' },
  ...{ kindOfTarget: 'snmp', intervalSeconds: 60, truncated: false },
  identity: {
    ...{ sysName: 'sw1', sysDescr: 'switch', sysObjectId: '1.3.6.1.4.1.9.1', sysLocation: '', sysContact: '' },
    ...{ vendor: 'x', os: 'y', model: 'z', version: '1', serial: 's', engineId: '' },
  },
  reach: { snmp: 'up', icmp: 'up', problem: '' },
  interfaces: Array.from({ length: 3 }, (_, at) => ({
    ...{ interface: `Gi0/${at}`, ifIndex: at, ifName: `Gi0/${at}`, ifDescr: '', ifAlias: 'up', ifType: 6 },
    ...{ mac: '00:11:22:33:44:55', speedBps: 1e9, mtu: 1_500 },
  })),
})

function samples(seq: number, chance: Chance): SamplesBatch {
  const labels = { __name__: 'ifInOctets', site: 'home', device: DEVICE }
  const count = 1 + chance(20)
  return {
    ...{ epoch: EPOCH, first: seq, last: seq + chance(2) },
    definitions: Array.from({ length: chance(3) === 0 ? count : 0 }, (_, id) => ({
      id,
      labels: { ...labels, interface: `Gi0/${id}` },
    })),
    ids: Int32Array.from({ length: count }, (_, at) => at),
    times: new Float64Array(count).fill(START + seq),
    values: Float64Array.from({ length: count }, () => chance(1_000)),
  }
}

const birth = ({ agent }: Peer) => ({
  ...{ kind: 'birth', agent, epoch: EPOCH, version: '0.1.0', hostname: 'box', startedAt: START, at: START },
  ...{ abilities: { ping: 'none', platform: 'linux' }, revision: 0 },
})
const reply = { kind: 'test-target', id: DEVICE, ok: true, steps: [{ check: 'ping', outcome: 'ok', message: 'fine' }] }

async function world() {
  const { db, fleet, clock, close } = await fleetWorld()
  const logger = pino({ level: 'silent' })
  const now = () => clock.now
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-fuzz-'))
  const store = new SmallStore(await openEmbeddedStore({ folder, logger, clock: { now } }), { now })
  const inventory = await openInventory({
    ...{ db, store, now, logger },
    watched: async () => undefined,
    choices: async () => new Map(),
  })
  const ingest = createIngest({
    ...{ db, store, now, logger },
    onFacts: (peer, report) => inventory.receiveFacts(peer, report),
    onLinks: async () => {},
    onDiscovered: async () => {},
    onEvent: (peer, report) => inventory.receiveEvent(peer, report),
    onStored: (stored) => inventory.stored(stored),
    onRefused: () => {},
    acknowledge: async () => {},
  })
  const closeAll = async (): Promise<void> => {
    await ingest.close()
    await inventory.close()
    await store.close()
    await close()
  }
  return { fleet, ingest, close: closeAll }
}

test(`${PACKETS} damaged messages of an agent (seed ${SEED}): stored or refused, no crash, no hang, no growth`, {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const { fleet, ingest, close } = await world()
  const { peer } = await enrolled(fleet)
  const receive = async (lane: (typeof LANES)[number], payload: Buffer): Promise<string> => {
    const before = ingest.stats()
    try {
      await ingest.receive(peer, lane, payload)
    } catch (thrown) {
      // It is sent again later: the connection ends.
      if (thrown instanceof EyeNetError) return `${lane}: ${thrown.code}`
      throw thrown
    }
    const { refused, undecodable } = ingest.stats()
    if (undecodable > before.undecodable) return `${lane}: undecodable`
    return refused > before.refused ? `${lane}: refused` : `${lane}${TAKEN}`
  }
  let seq = 0
  const done = await fuzz('upward', PACKETS, async ({ chance, step }) => {
    seq += 2
    const sound = REPORTS[chance(REPORTS.length)]?.(seq)
    const batch = Buffer.from(encodeSamples(samples(seq, chance)))
    const batches = chance(2) === 0 ? [batch, mutantBytes(batch, chance)] : [mutantBytes(batch, chance)]
    for (const one of batches) {
      await step(() => receive(chance(2) === 0 ? 'samples' : 'backfill', Buffer.from(frame(one, deflate))))
    }
    await step(() => receive('events', framed(mutantJson(sound, chance))))
    await step(() => receive('facts', framed(mutantJson(facts(seq), chance))))
    const lane = LANES[chance(LANES.length)] ?? 'events'
    await step(() => receive(lane, mutantBytes(framed(chance(2) === 0 ? facts(seq) : sound), chance)))
    const status = Buffer.from(JSON.stringify(mutantJson(birth(peer), chance)) ?? '')
    await step(async () => {
      await fleet.receivePresence(peer, chance(2) === 0 ? status : mutantBytes(status, chance))
      return 'status'
    })
    const answer = Buffer.from(JSON.stringify(mutantJson(reply, chance)) ?? '')
    await step(() => {
      fleet.receiveReply(peer, chance(2) === 0 ? answer : mutantBytes(answer, chance))
      return 'reply'
    })
  })
  for (const lane of ['samples', 'events', 'facts']) {
    // A batch that can be read and is refused all the same is too rare to count on.
    for (const what of ['taken', 'undecodable', ...(lane === 'samples' ? [] : ['refused'])]) {
      expect([lane, what, done.outcome(`${lane}: ${what}`)]).not.toEqual([lane, what, 0])
    }
  }
  await close()
})
