import { EyeNetError } from '@eyenet/shared/errors'
import type { DeviceId } from '@eyenet/shared/identity'
import type { Inventory } from '../../inventory/inventory.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { DeviceHardware, DeviceNetwork, DevicePath, DeviceSensors } from '../shapes.ts'

/** What a device consists of. All of it is empty until its agent has surveyed it. */
export function devicePartEndpoints(inventory: Inventory): readonly Endpoint[] {
  const viewer = { method: 'get', access: 'viewer', tag: 'devices', params: DevicePath } as const
  return [
    endpoint({
      ...viewer,
      path: '/api/v1/devices/{id}/sensors',
      summary: 'Sensors of a device: those that are read, with their latest reading, and those that are offered',
      answer: DeviceSensors,
      handle: ({ params }) => ofKnown(inventory, params.id, () => inventory.sensors(params.id)),
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/devices/{id}/hardware',
      summary: 'Processors, memory, storage, parts and supplies of a device, with their latest figures',
      answer: DeviceHardware,
      handle: ({ params }) => ofKnown(inventory, params.id, () => inventory.hardware(params.id)),
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/devices/{id}/network',
      summary: 'Neighbors, addresses, VLANs and routing peers of a device',
      answer: DeviceNetwork,
      handle: ({ params }) => ofKnown(inventory, params.id, () => inventory.network(params.id)),
    }),
  ]
}

async function ofKnown<T>(inventory: Inventory, id: DeviceId, read: () => Promise<T>): Promise<T> {
  if ((await inventory.get(id)) === undefined) throw new EyeNetError('not_found', `there is no device ${id}`)
  return read()
}
