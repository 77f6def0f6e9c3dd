import { MergeDevice, pageOf } from '@eyenet/shared/api'
import type { Audit } from '../../auth/auth.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { DeviceIdentity, DeviceMerge, DevicePath, DuplicateSuggestion, IdPath } from '../shapes.ts'

export type DeviceMergeDeps = { readonly inventory: Inventory; readonly audit: Audit }

/** One device however it is seen: which ids are one, why, and how that is undone. */
export function deviceMergeEndpoints({ inventory, audit }: DeviceMergeDeps): readonly Endpoint[] {
  const { identities } = inventory
  const viewer = { method: 'get', access: 'viewer', tag: 'devices' } as const
  const operator = { method: 'post', access: 'operator', tag: 'devices' } as const
  return [
    endpoint({
      ...viewer,
      path: '/api/v1/devices/duplicates',
      summary: 'Pairs of devices that may be one, with what speaks for it and against it',
      answer: pageOf(DuplicateSuggestion),
      async handle() {
        const items = [...identities.duplicates()]
        return { items, total: items.length }
      },
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/devices/merges',
      summary: 'Merges of devices, also those that were undone, newest first',
      answer: pageOf(DeviceMerge),
      async handle() {
        const items = [...(await identities.merges())]
        return { items, total: items.length }
      },
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/devices/{id}/identity',
      summary: 'Who sees a device at which addresses, and what was merged into it',
      params: DevicePath,
      answer: DeviceIdentity,
      handle: ({ params }) => identities.of(params.id),
    }),
    endpoint({
      ...operator,
      path: '/api/v1/devices/{id}/merge',
      summary: 'Make another device one with this one; the older of the two stays, and it can be undone',
      params: DevicePath,
      body: MergeDevice,
      answer: DeviceMerge,
      async handle({ params, body, actor }) {
        const merge = await identities.merge(params.id, body.other, { by: actor.name, comment: body.comment })
        await audit.record(actor, 'device.merge', `${merge.merged.name} (${merge.merged.id}) into ${merge.device}`)
        return merge
      },
    }),
    endpoint({
      ...operator,
      path: '/api/v1/devices/merges/{id}/undo',
      summary: 'Part two devices again; they are not merged by themselves any more',
      params: IdPath,
      answer: DeviceMerge,
      async handle({ params, actor }) {
        const merge = await identities.undo(params.id, actor.name)
        await audit.record(actor, 'device.merge.undo', `${merge.merged.name} (${merge.merged.id})`)
        return merge
      },
    }),
  ]
}
