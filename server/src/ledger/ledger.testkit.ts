import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentId, DeviceId, type EpochMs, epochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import type { FactsReport, Peer } from '@eyenet/shared/wire'
import { pino } from 'pino'
import { openDatabase } from '../db/db.ts'
import { openStore } from '../store/store.ts'
import { type LateArrival, openLedger } from './ledger.ts'

export const MINUTE = 60_000
export const START = Date.UTC(2026, 5, 1)
export const at = (minute: number): EpochMs => epochMs(START + minute * MINUTE)
export const AGENT = AgentId.parse('0190aaaa-0000-7000-8000-000000000001')
export const CORE = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
export const EDGE = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a12')
export const EPOCH = OutboxEpoch.parse('00000000000000aa')
export const SITE = SiteName.parse('home')
export const PEER: Peer = { agent: AGENT, site: SITE }

/** A ledger over a real store and database, by a clock that the test moves. */
export async function ledgerWorld(options: { readonly onLate?: (arrival: LateArrival) => Promise<void> } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-ledger-'))
  const logger = pino({ level: 'silent' })
  const clock: { now: EpochMs } = { now: at(0) }
  const now = () => clock.now
  const db = await openDatabase(':memory:')
  const store = await openStore({ folder, logger, clock: { now } })
  const open = () => openLedger({ db, store, now, logger, workByItself: false, ...options })
  const ledger = open()
  await db
    .insertInto('agents')
    .values({
      ...{ id: AGENT, name: 'edge', site: SITE, password_hash: '', encryption_key: '{}', hostname: 'h', version: '1' },
      ...{ enrolled_at: at(0), state: 'connected', state_since: at(0), desired_revision: 0, actual_revision: 0 },
      ...{ ping: null, clock_skew_ms: null, takes_settings: 0, resends: 0 },
    })
    .execute()
  /** Samples as a message of the agent brings them: each device polled at these minutes, and the agent's own. */
  const arrive = async (devices: readonly DeviceId[], minutes: readonly number[]): Promise<void> => {
    const labels = [
      ...devices.map((device) => ({ __name__: 'device_up', site: SITE, device })),
      { __name__: 'agent_polls_total', site: SITE, agent: AGENT },
    ]
    const [refs, times] = [await store.intern(labels), minutes.map(at)]
    const all = times.flatMap((time) => [...refs].map((ref) => ({ ref, time })))
    await store.append({
      refs: Int32Array.from(all, ({ ref }) => ref),
      times: Float64Array.from(all, ({ time }) => time),
      values: new Float64Array(all.length).fill(1),
    })
    const late = times.filter((time) => clock.now - time > 2 * MINUTE)
    const [from, to] = [late[0], late.at(-1)]
    ledger.stored({
      ...{ agent: AGENT, site: SITE, newest: times.at(-1) ?? at(0) },
      late:
        from === undefined || to === undefined
          ? []
          : devices.map((device) => ({ device, from, to, samples: late.length })),
    })
  }
  const close = async () => {
    await ledger.close()
    await store.close()
    await db.destroy()
  }
  return { db, store, clock, ledger, open, arrive, close }
}

export const minutes = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

export function facts(device: DeviceId, minute: number, intervalSeconds = 60): FactsReport {
  const none = { sysName: '', sysDescr: '', sysObjectId: '', sysLocation: '', sysContact: '', vendor: '', os: '' }
  return {
    ...{ kind: 'facts', epoch: EPOCH, seq: minute, at: at(minute), device, identityRank: 'address', name: 'core' },
    ...{ address: '192.0.2.1', kindOfTarget: 'snmp', intervalSeconds, interfaces: [] },
    identity: { ...none, model: '', version: '', serial: '', engineId: '' },
    reach: { snmp: 'up', icmp: 'up', problem: '' },
    truncated: false,
  }
}
