import type { DeviceReach, FactsReport } from '@eyenet/shared/wire'
import type { DeviceRow } from '../db/db.ts'
import type { DeviceAnswer } from './inventory-interface.ts'

type Told = Omit<DeviceAnswer, 'seenAt'>

/** Rows are replaced when they change: what was read of one is read once. */
const known = new WeakMap<DeviceRow, Told>()

/** What a row says of how its device answers. */
export function answerOf(row: DeviceRow): Told {
  const before = known.get(row)
  if (before !== undefined) return before
  const { snmp, icmp }: DeviceReach = JSON.parse(row.reach)
  const { sysLocation }: FactsReport['identity'] = JSON.parse(row.identity)
  const isAsked = snmp !== 'off' || icmp !== 'off'
  const told: Told = {
    device: row.id,
    name: row.name,
    site: row.site,
    agent: row.agent,
    kind: row.kind,
    place: sysLocation,
    intervalMs: row.interval_seconds * 1_000,
    answers: isAsked ? snmp === 'up' || icmp === 'up' : undefined,
    toldAt: row.reach_at,
  }
  known.set(row, told)
  return told
}
