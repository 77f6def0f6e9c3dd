import { z } from 'zod'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { success } from './envelope.ts'
import { bad, oneOf } from './parameters.ts'
import { Answer, guarded, type PrometheusDeps, text } from './question.ts'

/** A copy of all metrics in a folder beside them, by POST or PUT as in Prometheus. */
export function snapshotEndpoints(deps: PrometheusDeps): readonly Endpoint[] {
  return (['post', 'put'] as const).map((method) =>
    endpoint({
      method,
      path: '/api/v1/admin/tsdb/snapshot',
      access: 'admin',
      tag: 'prometheus',
      summary: 'Copy all metrics into a snapshot',
      remark:
        'The folder store/snapshots/NAME in the data folder is a metric store of its own. skip_head=true leaves out the newest samples, which are in the log alone.',
      query: z.object({ skip_head: text }),
      answer: Answer,
      handle: ({ context, actor }) =>
        guarded(deps, async () => {
          const skip = oneOf(context.req.queries(), 'skip_head') ?? 'false'
          if (skip !== 'true' && skip !== 'false') throw bad('skip_head', 'it must be true or false')
          const name = await deps.source.snapshot({ skipHead: skip === 'true' })
          await deps.audit.record(actor, 'metrics.snapshot', name)
          return success({ name })
        }),
    }),
  )
}
