import { z } from 'zod'
import type { Actor } from '../../auth/auth.ts'
import { type ApiContext, type Endpoint, endpoint } from '../endpoint.ts'
import { readBody } from '../request-body.ts'
import { bad, type Fields, selectorsOf } from './parameters.ts'
import { guarded, many, type PrometheusDeps, text } from './question.ts'

const FormFields = z.record(z.string(), z.array(z.string()))

/** Deletes series, by POST or PUT as in Prometheus. */
export function deleteSeriesEndpoints(deps: PrometheusDeps): readonly Endpoint[] {
  return (['post', 'put'] as const).map((method) =>
    endpoint({
      method,
      path: '/api/v1/admin/tsdb/delete_series',
      access: 'admin',
      tag: 'prometheus',
      summary: 'Delete series with all their samples',
      remark:
        'match[] may also come as a form. Only whole series can be deleted: a request with start or end is refused. There is no way back.',
      query: z.object({ 'match[]': many, start: text, end: text }),
      handle: ({ context, actor }) =>
        guarded(deps, async () => {
          await deleteSeries(await fieldsOf(context), actor, deps)
          return new Response(null, { status: 204 })
        }),
    }),
  )
}

/** A body need not be there: Prometheus' own example sends none. */
async function fieldsOf({ req }: ApiContext): Promise<Fields> {
  const hasBody = req.header('content-type') !== undefined
  return { ...req.queries(), ...(hasBody && FormFields.parse(await readBody(req.raw, 'form'))) }
}

async function deleteSeries(fields: Fields, actor: Actor, { source, audit }: PrometheusDeps): Promise<void> {
  for (const name of ['start', 'end']) {
    if (fields[name] !== undefined) throw bad(name, 'only whole series can be deleted: leave start and end out')
  }
  const selectors = selectorsOf(fields)
  if (selectors.length === 0) throw bad('match[]', 'no match[] parameter provided')
  const told = (fields['match[]'] ?? []).join(' ')
  // First the record: what is deleted cannot be asked for again.
  await audit.record(actor, 'metrics.delete', told)
  for (const matchers of selectors) await source.delete(matchers)
}
