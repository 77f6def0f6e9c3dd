import {
  AddedDevice,
  DEVICE_LIFECYCLES,
  type DeviceLifecycle,
  type DeviceTest as DeviceTestResult,
  NewDevice,
  pageOf,
} from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { DeviceId } from '@eyenet/shared/identity'
import { Target } from '@eyenet/shared/wire'
import { z } from 'zod'
import type { Audit } from '../../auth/auth.ts'
import type { Fleet } from '../../fleet/fleet.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { problem } from '../problem.ts'
import { Device, DevicePath, DeviceSummary, DeviceTest, Interface, itemsOf, Reading } from '../shapes.ts'

export type DeviceDeps = { readonly fleet: Fleet; readonly inventory: Inventory; readonly audit: Audit }

/** `present`: active and stale ones. */
const ListQuery = z.object({ lifecycle: z.enum(['present', ...DEVICE_LIFECYCLES, 'all']).default('present') })

export function deviceEndpoints(deps: DeviceDeps): readonly Endpoint[] {
  return [...lists(deps.inventory), ...oneDevice(deps), ...additions(deps), ...lifecycles(deps)]
}

function isShown(lifecycle: DeviceLifecycle, wanted: z.infer<typeof ListQuery>['lifecycle']): boolean {
  if (wanted === 'present') return lifecycle !== 'retired'
  return wanted === 'all' || lifecycle === wanted
}

function lists(inventory: Inventory): readonly Endpoint[] {
  const viewer = { method: 'get', access: 'viewer', tag: 'devices' } as const
  return [
    endpoint({
      ...viewer,
      path: '/api/v1/devices',
      summary: 'All devices with their state and latest figures; without retired ones, unless lifecycle says otherwise',
      query: ListQuery,
      answer: pageOf(DeviceSummary),
      async handle({ query: { lifecycle } }) {
        const items = (await inventory.list()).filter((one) => isShown(one.lifecycle, lifecycle))
        return { items, total: items.length }
      },
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/devices/{id}/interfaces',
      summary: 'Interfaces of a device',
      params: DevicePath,
      answer: itemsOf(Interface),
      async handle({ params }) {
        await expectDevice(inventory, params.id)
        return { items: [...(await inventory.interfaces(params.id))] }
      },
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/devices/{id}/readings',
      summary: 'Latest value of every series of a device',
      params: DevicePath,
      answer: itemsOf(Reading),
      async handle({ params }) {
        await expectDevice(inventory, params.id)
        return { items: [...(await inventory.readings(params.id))] }
      },
    }),
  ]
}

function oneDevice({ fleet, inventory, audit }: DeviceDeps): readonly Endpoint[] {
  const one = { path: '/api/v1/devices/{id}', tag: 'devices', params: DevicePath } as const
  return [
    endpoint({
      ...one,
      method: 'get',
      access: 'viewer',
      summary: 'One device',
      answer: Device,
      handle: ({ params }) => expectDevice(inventory, params.id),
    }),
    endpoint({
      ...one,
      method: 'delete',
      access: 'operator',
      summary: 'Stop watching a device that was added here, and forget it',
      async handle({ params, actor }) {
        const device = await expectDevice(inventory, params.id)
        if (!device.managed) {
          throw new EyeNetError(
            'conflict',
            `${device.name} is named in its agent's configuration file: remove it there`,
          )
        }
        for (const id of [device.id, ...inventory.identities.aliasesOf(device.id)]) await fleet.unwatch(id)
        await inventory.remove(device.id)
        await audit.record(actor, 'device.remove', `${device.name} (${device.id})`)
      },
    }),
  ]
}

function additions({ fleet, audit }: DeviceDeps): readonly Endpoint[] {
  const operator = { method: 'post', access: 'operator', tag: 'devices', body: NewDevice } as const
  return [
    endpoint({
      ...operator,
      path: '/api/v1/devices/test',
      summary: 'Try a device from its agent, without watching it',
      answer: DeviceTest,
      async handle({ body, actor }) {
        const test = await fleet.testTarget(body.agent, targetOf(body))
        await audit.record(
          actor,
          'device.test',
          `${body.address}, at agent ${body.agent}: ${test.ok ? 'ok' : 'failed'}`,
        )
        return test
      },
    }),
    endpoint({
      ...operator,
      path: '/api/v1/devices',
      summary: 'Try a device from its agent and watch it; 422 with `test` when it does not answer, unless `force`',
      status: 201,
      answer: AddedDevice,
      async handle({ body, actor }) {
        const target = targetOf(body)
        const test = await tried(fleet, body)
        if (!test.ok && !body.force) {
          const detail = `${body.address} did not pass the test: see test.steps, or send force: true`
          return problem({ status: 422, code: 'invalid', detail }, { test })
        }
        await fleet.watch(body.agent, test.device === undefined ? target : { ...target, device: test.device })
        await audit.record(actor, 'device.add', body.address)
        return test.device === undefined ? { test } : { id: test.device, test }
      },
    }),
  ]
}

function lifecycles({ inventory, audit }: DeviceDeps): readonly Endpoint[] {
  const one = { method: 'post', access: 'operator', tag: 'devices', params: DevicePath, answer: Device } as const
  return [
    endpoint({
      ...one,
      path: '/api/v1/devices/{id}/retire',
      summary: 'Poll a device no more and leave it out of lists; its history stays, and its alerts end',
      async handle({ params: { id }, actor }) {
        const { name } = await expectDevice(inventory, id)
        await inventory.lifecycles.retire(id, actor.name)
        await audit.record(actor, 'device.retire', `${name} (${id})`)
        return expectDevice(inventory, id)
      },
    }),
    endpoint({
      ...one,
      path: '/api/v1/devices/{id}/restore',
      summary: 'Take back that a device is stale or retired: it is polled again',
      async handle({ params: { id }, actor }) {
        const { name } = await expectDevice(inventory, id)
        await inventory.lifecycles.restore(id, actor.name)
        await audit.record(actor, 'device.restore', `${name} (${id})`)
        return expectDevice(inventory, id)
      },
    }),
  ]
}

/** With `force`, an agent that is away is one more test that failed: it gets its desired state when it is back. */
async function tried(fleet: Fleet, wanted: NewDevice): Promise<DeviceTestResult> {
  try {
    return await fleet.testTarget(wanted.agent, targetOf(wanted))
  } catch (thrown) {
    if (!wanted.force || !(thrown instanceof EyeNetError) || thrown.code !== 'unavailable') throw thrown
    return { ok: false, steps: [{ check: 'resolve', outcome: 'skipped', message: thrown.message.slice(0, 1000) }] }
  }
}

function targetOf({ agent: _agent, force: _force, ...target }: NewDevice): Target {
  return Target.parse(target)
}

async function expectDevice(inventory: Inventory, id: DeviceId) {
  const device = await inventory.get(id)
  if (device === undefined) throw new EyeNetError('not_found', `there is no device ${id}`)
  return device
}
