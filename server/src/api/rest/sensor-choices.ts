import { pageOf } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { SensorChoice } from '@eyenet/shared/wire'
import type { Audit } from '../../auth/auth.ts'
import type { Fleet } from '../../fleet/fleet.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { InvalidInput } from '../problem.ts'
import { readBody } from '../request-body.ts'
import { SensorChoiceResource } from '../shapes.ts'

const Key = SensorChoice.pick({ family: true, object: true })
/** `enabled` may be sent along: the body of the PUT that is taken back. */
const KeyBody = SensorChoice.partial({ enabled: true })

/** What people decided about sensors: once, for all devices of a family. */
export function sensorChoiceEndpoints({ fleet, audit }: { fleet: Fleet; audit: Audit }): readonly Endpoint[] {
  const common = { path: '/api/v1/sensor-choices', tag: 'devices' } as const
  return [
    endpoint({
      ...common,
      method: 'get',
      access: 'viewer',
      summary: 'Decisions about sensors, newest first',
      answer: pageOf(SensorChoiceResource),
      async handle() {
        const items = [...(await fleet.choices.list())]
        return { items, total: items.length }
      },
    }),
    endpoint({
      ...common,
      method: 'put',
      access: 'operator',
      summary: 'Decide whether a sensor is read on all devices of a family; agents are told at once',
      body: SensorChoice,
      answer: SensorChoiceResource,
      async handle({ body, actor }) {
        const made = await fleet.choices.set(body, actor.name)
        await audit.record(actor, body.enabled ? 'sensor.enable' : 'sensor.disable', `${body.object} of ${body.family}`)
        return made
      },
    }),
    endpoint({
      ...common,
      method: 'delete',
      access: 'operator',
      summary: 'Take a decision about a sensor back: agents decide again by themselves',
      remark: 'Name it by `family` and `object`, in the query or in a body.',
      query: Key.partial(),
      documentedBody: KeyBody.optional(),
      async handle({ query: { family, object }, actor, context }) {
        const key =
          family !== undefined && object !== undefined ? { family, object } : keyOf(await readBody(context.req.raw))
        if (!(await fleet.choices.remove(key))) {
          throw new EyeNetError('not_found', 'there is no such decision; it may have been taken back already')
        }
        await audit.record(actor, 'sensor.undo', `${key.object} of ${key.family}`)
      },
    }),
  ]
}

function keyOf(body: unknown) {
  const parsed = KeyBody.safeParse(body)
  if (!parsed.success) throw new InvalidInput('body', parsed.error)
  const { family, object } = parsed.data
  return { family, object }
}
