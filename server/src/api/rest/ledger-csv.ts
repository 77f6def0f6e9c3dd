import { type LedgerAnswer, toCsv } from '@eyenet/shared/api'

const COLUMNS = [
  ...['site', 'agent', 'device', 'from', 'to', 'state', 'expected', 'stored', 'late'],
  ...['lost', 'awaited', 'not_sampled', 'unknown', 'why'],
]

/** One line for each interval; times are RFC 3339 in UTC. */
export function ledgerCsv({ devices }: LedgerAnswer): string {
  const rows = devices.flatMap(({ site, agent, device, intervals }) =>
    intervals.map(({ from, to, state, why, ...counts }) => [
      ...[site, agent, device, new Date(from).toISOString(), new Date(to).toISOString(), state],
      ...[counts.expected, counts.stored, counts.late, counts.lost, counts.awaited, counts.notSampled, counts.unknown],
      why.join(' '),
    ]),
  )
  return toCsv([COLUMNS, ...rows])
}
