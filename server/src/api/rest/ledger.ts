import { LEDGER_STATES } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { AgentId, DeviceId, epochMs, SiteName } from '@eyenet/shared/identity'
import { z } from 'zod'
import type { Ledger } from '../../ledger/ledger.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { LedgerAgents, LedgerAnswer, Moment } from '../shapes.ts'
import { csvResponse } from '../text-response.ts'
import { ledgerCsv } from './ledger-csv.ts'

const DAY_MS = 24 * 3_600_000

const LedgerQuery = z.object({
  device: DeviceId.optional(),
  agent: AgentId.optional(),
  site: SiteName.optional(),
  from: Moment.optional().describe('Milliseconds since 1970 or RFC 3339. Default: a day before `to`.'),
  to: Moment.optional().describe('The same. Default: now.'),
  step: z.coerce
    .number()
    .int()
    .min(60)
    .max(31 * 86_400)
    .optional()
    .describe('Seconds of one interval.'),
  format: z.enum(['json', 'csv']).default('json'),
})

const REMARK = `Name a device, an agent or a site. Each interval has from < time <= to; its state is the worst that holds for
a part of it: ${LEDGER_STATES.join(', ')}. Intervals that ended less than two minutes ago are left out. With format=csv, one line
for each interval and device.`

export type LedgerDeps = { readonly ledger: Ledger; readonly clock: { now(): number } }

export function ledgerEndpoints({ ledger, clock }: LedgerDeps): readonly Endpoint[] {
  const viewer = { method: 'get', access: 'viewer', tag: 'ledger' } as const
  return [
    endpoint({
      ...viewer,
      path: '/api/v1/ledger',
      summary: 'What became of the polls of devices: stored, late, lost and why, awaited',
      remark: REMARK,
      query: LedgerQuery,
      answer: LedgerAnswer,
      async handle({ query: { device, agent, site, from, to, step, format } }) {
        if (device === undefined && agent === undefined && site === undefined) {
          throw new EyeNetError('invalid', 'name one of device, agent or site')
        }
        const end = to ?? clock.now()
        const begin = from ?? Math.max(0, end - DAY_MS)
        if (begin >= end) throw new EyeNetError('invalid', '`from` is not before `to`')
        const answer = await ledger.query({
          ...{ from: epochMs(begin), to: epochMs(end) },
          ...(device !== undefined && { device }),
          ...(agent !== undefined && { agent }),
          ...(site !== undefined && { site }),
          ...(step !== undefined && { stepMs: step * 1000 }),
        })
        if (format === 'json') return answer
        return csvResponse('completeness.csv', ledgerCsv(answer))
      },
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/ledger/agents',
      summary: 'What is awaited from each agent, and what is lost for good',
      answer: LedgerAgents,
      handle: () => ledger.agents(),
    }),
  ]
}
