import { NewMibs, pageOf } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { z } from 'zod'
import type { Audit } from '../../auth/auth.ts'
import type { Fleet } from '../../fleet/fleet.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { MibFile } from '../shapes.ts'

/** Room for a hundred files of ordinary size, or a few of the largest. */
const MAX_MIBS_BODY_BYTES = 16 * 1024 * 1024

/** MIB files for agents. They pass through: the server reads nothing in them. */
export function mibEndpoints({ fleet, audit }: { fleet: Fleet; audit: Audit }): readonly Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/mibs',
      access: 'viewer',
      tag: 'mibs',
      summary: 'MIB files that were added, and what agents made of them',
      answer: pageOf(MibFile),
      async handle() {
        const items = [...(await fleet.mibs.list())]
        return { items, total: items.length }
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/mibs',
      access: 'operator',
      tag: 'mibs',
      summary: 'Add MIB files; answers them with what the agents that are connected made of them',
      remark:
        'Agents that connect later get them then; GET has what they made of them. Files that import each other belong into one request. A file of a name that is there replaces it.',
      body: NewMibs,
      maxBodyBytes: MAX_MIBS_BODY_BYTES,
      answer: pageOf(MibFile),
      async handle({ body: { files }, actor }) {
        await fleet.mibs.add(files, actor.name)
        await audit.record(actor, 'mib.add', files.map((one) => one.name).join(', '))
        const names = new Set(files.map((one) => one.name))
        const items = (await fleet.mibs.list()).filter((one) => names.has(one.name))
        return { items, total: items.length }
      },
    }),
    endpoint({
      method: 'delete',
      path: '/api/v1/mibs/{name}',
      access: 'operator',
      tag: 'mibs',
      summary: 'Remove a MIB file here; agents keep what they have compiled (eyenet-agent mib remove)',
      params: z.object({ name: z.string().min(1).max(255) }),
      async handle({ params: { name }, actor }) {
        if (!(await fleet.mibs.remove(name))) {
          throw new EyeNetError('not_found', 'there is no MIB file of this name; see GET /api/v1/mibs')
        }
        await audit.record(actor, 'mib.remove', name)
      },
    }),
  ]
}
