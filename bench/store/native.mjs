// The agents' own way: their messages into the ingest room of this process, from bytes as they come to samples in the log on
// disk, with the store in threads of its own as the server has it. CPU of all threads of the process; the messages are made
// before.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { pino } from 'pino'
import { openDatabase } from '../../server/dist/db/db.js'
import { createIngest } from '../../server/dist/ingest/ingest.js'
import { openThreadedStore } from '../../server/dist/store/store.js'
import { encodeSamples, frame } from '../../shared/dist/wire/wire.js'
import { Interfaces, SERIES_PER_INTERFACE } from '../wire/interfaces.mjs'
import { row } from './table.mjs'

const WANTED = 5e6
const SITE = 'bench'
const AGENTS = 4
/** Of the messages of each agent, so many are taken before the clock runs. */
const WARM_SHARE = 0.25
/** More than is pushed: writing chunks is not part of the way to the log. */
const HEAD_SAMPLES = 100_000_000

/** As an agent sends them: all devices once, or polls that waited while the line was cut. */
const SHAPES = {
  'live messages of 4,000 samples': { interfaces: 266, polls: 1, messages: 480, lane: 'samples' },
  'backlog, messages of 58,500 samples': { interfaces: 130, polls: 30, messages: 36, lane: 'backfill' },
}

export async function benchNative(stage) {
  const rows = []
  for (const [what, shape] of Object.entries(SHAPES)) {
    const agents = Array.from({ length: AGENTS }, (_, number) => messagesOf(number, shape))
    const values = { EyeNet: [] }
    for (let round = 0; round < stage.rounds; round++) values.EyeNet.push(await takenPerCpuSecond(stage, agents))
    const unit = 'samples per CPU second'
    rows.push(
      row({ what: `from the wire to the log, ${what}`, unit, values, wanted: WANTED, more: true, absolute: true }),
    )
  }
  return rows
}

/** One agent's messages `{ peer, lane, samples, payloads }`; the first holds the names of the series. */
function messagesOf(number, { interfaces, polls, messages, lane }) {
  const agent = `00000000-0000-4000-8000-00000000000${number}`
  const peer = { site: SITE, agent }
  const startMs = Math.floor(Date.now() / 60_000 - messages * polls - 10) * 60_000
  const site = new Interfaces(interfaces, startMs)
  const definitions = Array.from({ length: interfaces * SERIES_PER_INTERFACE }, (_, id) => {
    const place = { device: `00000000-0000-4000-9000-${String(id).slice(0, -3).padStart(12, '0')}`, interface: `${id}` }
    return { id, labels: { __name__: `metric_${id % SERIES_PER_INTERFACE}`, agent, site: SITE, ...place } }
  })
  const payloads = Array.from({ length: messages }, (_, at) => {
    const numbers = { epoch: '00112233aabbccdd', first: at + 1, last: at + 1 }
    const batch = { ...numbers, definitions: at === 0 ? definitions : [], ...site.next(polls) }
    return frame(encodeSamples(batch), (body) => deflateRawSync(body))
  })
  return { peer, lane, payloads, samples: interfaces * SERIES_PER_INTERFACE * polls }
}

/** The row of an agent that the database wants before it takes names of its series. */
function enrolled({ agent, site }, now) {
  const texts = { name: agent, password_hash: '', encryption_key: '', hostname: '', version: '', state: 'connected' }
  return { id: agent, site, ...texts, enrolled_at: now, state_since: now, desired_revision: 0, actual_revision: 0 }
}

async function takenPerCpuSecond(stage, agents) {
  const folder = mkdtempSync(join(stage.folder, 'native-'))
  const logger = pino({ level: 'silent' })
  const db = await openDatabase(join(folder, 'control.db'))
  const clock = { now: () => Date.now() }
  for (const { peer } of agents) await db.insertInto('agents').values(enrolled(peer, clock.now())).execute()
  const store = await openThreadedStore({ folder: join(folder, 'store'), logger, headSamplesMax: HEAD_SAMPLES })
  const refusals = []
  const ingest = createIngest({
    ...{ db, store, logger, now: clock.now },
    onFacts: async () => {},
    onLinks: async () => {},
    onDiscovered: async () => {},
    onEvent: async () => {},
    onStored: () => {},
    onRefused: (_peer, reason) => refusals.push(reason),
    acknowledge: async () => {},
  })
  const takeAll = (from, to) =>
    Promise.all(
      agents.map(async ({ peer, lane, payloads }) => {
        const part = payloads.slice(Math.ceil(payloads.length * from), Math.ceil(payloads.length * to))
        for (const payload of part) await ingest.receive(peer, lane, payload)
      }),
    )
  await takeAll(0, WARM_SHARE)
  const stored = ingest.stats().samples
  const before = process.cpuUsage()
  await takeAll(WARM_SHARE, 1)
  const { user, system } = process.cpuUsage(before)
  const samples = ingest.stats().samples - stored
  await ingest.close()
  await store.close()
  await db.destroy()
  rmSync(folder, { recursive: true })
  if (refusals.length > 0) throw new Error(`the ingest room refuses: ${refusals[0]}`)
  return samples / ((user + system) / 1e6)
}
