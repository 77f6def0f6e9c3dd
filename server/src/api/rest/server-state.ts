import { EpochMs } from '@eyenet/shared/identity'
import { z } from 'zod'
import type { Ops } from '../../ops/ops.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { jsonResponse, textResponse } from '../text-response.ts'

const Health = z.object({ status: z.literal('alive'), version: z.string(), startedAt: EpochMs })
const Check = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
])
const Readiness = z.object({ ready: z.boolean(), checks: z.record(z.string(), Check) })

export function serverStateEndpoints(ops: Ops): readonly Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/healthz',
      access: 'public',
      tag: 'server',
      summary: 'Whether the process lives',
      answer: Health,
      handle: () => ops.health(),
    }),
    endpoint({
      method: 'get',
      path: '/readyz',
      access: 'public',
      tag: 'server',
      summary: 'Whether each part works; 503 when one does not',
      answer: Readiness,
      async handle() {
        const readiness = await ops.readiness()
        return jsonResponse(readiness, { status: readiness.ready ? 200 : 503 })
      },
    }),
    endpoint({
      method: 'get',
      path: '/metrics',
      access: 'viewer',
      tag: 'server',
      summary: "The server's own metrics in Prometheus' text format",
      media: 'text/plain',
      async handle() {
        const { text, contentType } = await ops.metrics()
        return textResponse(text, { headers: { 'content-type': contentType } })
      },
    }),
  ]
}
