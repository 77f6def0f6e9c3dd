import { randomUUID } from 'node:crypto'
import { LearnConfig } from '@eyenet/shared/config'
import { AgentId, type EpochMs, epochMs, SiteName } from '@eyenet/shared/identity'
import { MODEL_CONTRACT } from '@eyenet/shared/judge'
import type { Birth, ModelReport } from '@eyenet/shared/wire'
import { pino } from 'pino'
import { type ControlDb, openDatabase } from '../db/db.ts'
import type { Ask } from '../store/store.ts'
import { vaultOf } from '../vault/vault.ts'
import { type LearningOptions, openLearning } from './learn.ts'
import { ModelRecords } from './registry/model-records.ts'
import type { Change } from './rollout/change-models.ts'

export const START = epochMs(Date.UTC(2026, 5, 1))
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const SITE = SiteName.parse('home')
export const SERVER = 'https://eyenet.example.net'

/** The nth agent of a test. */
export const agentId = (n: number): AgentId => AgentId.parse(`0190aaaa-0000-7000-8000-${String(n).padStart(12, '0')}`)

/** Bytes that differ for each word. */
export const fileOf = (word: string): Uint8Array => new TextEncoder().encode(word)

export type LearnWorldOptions = Partial<Omit<LearningOptions, 'settings'>> & {
  readonly settings?: Record<string, unknown>
  /** Series that each agent judges. */
  readonly series?: number
}

/** Models, a database in memory and agents that only say what a test lets them say. */
export async function learnWorld(options: LearnWorldOptions = {}) {
  const clock: { now: EpochMs } = { now: START }
  const now = () => clock.now
  const db = options.db ?? (await openDatabase(':memory:'))
  const vault = vaultOf(new Uint8Array(32).fill(7))
  const told: AgentId[] = []
  const returned: { readonly change: Change; readonly agents: readonly AgentId[] }[] = []
  const log: string[] = []
  const given: LearningOptions = {
    ...{ db, vault, now, server: SERVER, baseModel: undefined, worksByItself: false },
    store: judgingStore(db, options.series ?? 100),
    logger: pino({}, { write: (line: string) => void log.push(line) }),
    feedbackFor: async () => [],
    askedOf: async () => 1,
    onAssigned: (agents) => void told.push(...agents),
    onReturned: async (change, agents) => void returned.push({ change, agents }),
    ...options,
    settings: LearnConfig.parse({ enabled: false, observe: '1h', ...options.settings }),
  }
  /** The same once more, as after a restart. */
  const open = (changed: Record<string, unknown> = {}) =>
    openLearning({ ...given, settings: { ...given.settings, ...changed } })
  const learn = await open()
  const records = new ModelRecords({ db, vault, now, server: SERVER })
  const candidate = (word: string, name = 'site') =>
    records.add({
      ...{ name, source: 'trained', contract: MODEL_CONTRACT, onnx: fileOf(word), by: 'test', settings: {} },
      state: { kind: 'candidate', since: clock.now, reason: '' },
    })
  const pass = async (ms: number, room = learn): Promise<void> => {
    clock.now = epochMs(clock.now + ms)
    await room.look()
  }
  const close = async (): Promise<void> => {
    await learn.close()
    await db.destroy()
  }
  return { db, clock, vault, learn, open, records, candidate, pass, told, returned, log, close }
}

type World = Awaited<ReturnType<typeof learnWorld>>

/** An agent that is connected and can run models. */
export async function addAgent(db: ControlDb, agent: AgentId): Promise<void> {
  await db
    .insertInto('agents')
    .values({
      ...{ id: agent, name: `agent ${agent.slice(-2)}`, site: SITE, password_hash: '', encryption_key: '{}' },
      ...{ hostname: 'box', version: '0.2.0', enrolled_at: START, state: 'connected', state_since: START },
      ...{ desired_revision: 0, actual_revision: 0, ping: null, clock_skew_ms: null, revoked_at: null },
      ...{ group_name: null, takes_settings: 1, applied: null, rejected: null, file_rules: null, resends: 0 },
    })
    .execute()
}

/** What an agent says when it connects. */
export function birth(
  agent: AgentId,
  models: readonly ModelReport[],
  contracts: readonly string[] = [MODEL_CONTRACT],
): Birth {
  return {
    ...{ kind: 'birth', agent, epoch: '00112233aabbccdd' as Birth['epoch'], version: '0.2.0', hostname: 'box' },
    ...{ startedAt: START, at: START, revision: 0, models: [...models] },
    abilities: { ping: 'none', platform: 'linux', models: [...contracts] },
  }
}

/** Agents run what they are sent, and say so. */
export async function obey(
  { learn }: World,
  agents: readonly AgentId[],
  refused: readonly string[] = [],
): Promise<void> {
  for (const agent of agents) {
    const models = await learn.supply.modelsFor(agent)
    const reports = models.map(({ manifest: { id }, mode }): ModelReport => {
      return refused.includes(id)
        ? { id, mode, state: 'refused', reason: 'its shape is wrong' }
        : { id, mode, state: 'running' }
    })
    learn.supply.receiveBirth(agent, birth(agent, reports))
  }
  await learn.look()
}

/** A verdict on a series begins at an agent. */
export async function alarm(
  db: ControlDb,
  at: { agent: AgentId; model: string; since: EpochMs; shadow?: boolean },
): Promise<void> {
  const id = randomUUID()
  await db
    .insertInto('anomalies')
    .values({
      ...{ id, agent: at.agent, site: SITE, device: id as never, series_key: id, labels: '{}', interface: null },
      ...{ since: at.since, ended_at: null, closed_by: null, score: 0.7, reason: 'above', value: 1, low: 0, high: 0 },
      ...{ detail: null, sentence: 's', model: at.model, trial: at.shadow === true ? at.model : '', began: 1 },
      noted_at: at.since,
    })
    .execute()
}

/** A store that knows of nothing but how many series each agent judges. */
function judgingStore(db: ControlDb, series: number): LearningOptions['store'] {
  return {
    query: async ({ start, end, step }: Ask) => {
      const agents = await db.selectFrom('agents').select('id').execute()
      const times = Float64Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, at) => start + at * step)
      const values = new Float64Array(times.length).fill(series)
      const all = agents.map(({ id }) => ({ labels: { agent: id }, times, values }))
      return { result: { kind: 'matrix', series: all }, warnings: [], infos: [] }
    },
    select: async () => [],
    series: async () => [],
    labelValues: async () => [],
  }
}
