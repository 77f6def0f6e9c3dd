import { AgentId, DeviceId, type EpochMs, epochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import type { AnomalyReport, Peer } from '@eyenet/shared/wire'
import { pino } from 'pino'
import { type ControlDb, openDatabase } from '../db/db.ts'
import { type AnomaliesOptions, openAnomalies } from './anomalies.ts'

export const MINUTE = 60_000
export const START = Date.UTC(2026, 5, 1)
export const at = (minute: number): EpochMs => epochMs(START + minute * MINUTE)
export const AGENT = AgentId.parse('0190aaaa-0000-7000-8000-000000000001')
export const CORE = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
export const SITE = SiteName.parse('home')
export const PEER: Peer = { agent: AGENT, site: SITE }

/** A store that was never asked for anything. */
const EMPTY: AnomaliesOptions['store'] = {
  select: async () => [],
  series: async () => [],
  query: async () => ({ result: { kind: 'vector', time: at(0), samples: [] }, warnings: [], infos: [] }),
}

/** The room over a database in memory, by a clock that the test moves. */
export async function anomalyWorld(options: Partial<AnomaliesOptions> = {}, known?: ControlDb) {
  const db = known ?? (await openDatabase(':memory:'))
  const clock: { now: EpochMs } = { now: at(0) }
  const anomalies = openAnomalies({
    ...{ db, store: EMPTY, now: () => clock.now, logger: pino({ level: 'silent' }), workByItself: false },
    deviceName: (device) => (device === CORE ? 'core' : undefined),
    agentName: () => 'edge',
    askedOf: async () => ({}),
    ...options,
  })
  if (known === undefined) {
    await addAgent(db)
    await addDevice(db, CORE)
  }
  return { db, clock, anomalies }
}

export async function addAgent(db: ControlDb, id = AGENT, site = SITE): Promise<void> {
  await db
    .insertInto('agents')
    .values({
      ...{ id, name: 'edge', site, password_hash: '', encryption_key: '{}', hostname: 'h', version: '1' },
      ...{ enrolled_at: at(0), state: 'connected', state_since: at(0), desired_revision: 0, actual_revision: 0 },
      ...{ ping: null, clock_skew_ms: null, takes_settings: 0, resends: 0 },
    })
    .execute()
}

export async function addDevice(db: ControlDb, id: DeviceId, site = SITE): Promise<void> {
  await db
    .insertInto('devices')
    .values({
      ...{ id, agent: AGENT, site, name: 'core', address: '192.0.2.1', kind: 'snmp', interval_seconds: 60 },
      ...{ identity_rank: 'address', identity: '{}', reach: '{}', reach_at: at(0), state: 'ok', state_since: at(0) },
      ...{ first_seen_at: at(0), facts_at: at(0) },
    })
    .execute()
}

let seq = 0

export function report(minute: number, more: Partial<AnomalyReport> = {}): AnomalyReport {
  seq += 1
  const series = { name: 'ifHCInOctets', labels: { site: SITE, device: more.device ?? CORE, interface: 'ge-1' } }
  return {
    ...{ kind: 'anomaly', epoch: OutboxEpoch.parse('00000000000000aa'), seq, at: at(minute), device: CORE },
    ...{ phase: 'began', since: at(minute), series, interface: 'ge-1', score: 0.7, reason: 'above' },
    ...{ value: 812, low: 90, high: 240, detail: null },
    sentence: 'above the usual range for this hour: 812 where 90 to 240 is usual',
    ...more,
  }
}

/** The end of what began at this minute. */
export function ending(began: AnomalyReport, minute: number, more: Partial<AnomalyReport> = {}): AnomalyReport {
  seq += 1
  return { ...began, seq, phase: 'ended', at: at(minute), score: 0.9, ...more }
}
