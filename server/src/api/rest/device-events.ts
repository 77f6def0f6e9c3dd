import { PageQuery, pageOf } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { Inventory } from '../../inventory/inventory.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { DeviceEvent, DevicePath } from '../shapes.ts'

/** What happened to a device since it is known. */
export function deviceEventEndpoints(inventory: Pick<Inventory, 'get' | 'events'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'get',
      access: 'viewer',
      tag: 'devices',
      path: '/api/v1/devices/{id}/events',
      summary: 'What happened to a device, newest first: found, answering or not, started anew, stale, retired, merged',
      remark: 'The newest 500 of what agents told of it, and all else.',
      params: DevicePath,
      query: PageQuery,
      answer: pageOf(DeviceEvent),
      async handle({ params: { id }, query }) {
        const device = await inventory.get(id)
        if (device === undefined) throw new EyeNetError('not_found', `there is no device ${id}`)
        const { items, ...page } = await inventory.events(device.id, query)
        return { ...page, items: [...items] }
      },
    }),
  ]
}
