import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { endKey } from './history/history.ts'
import { PortStates } from './port-states.ts'
import { FakeStore, idOf, START } from './topology.testkit.ts'

test('of ports that a device has no more nothing is kept; the others stay as they were', async () => {
  const [store, device] = [new FakeStore(), idOf('a')]
  const states = new PortStates(store)
  store.ports.set(device, ['eth0', 'veth1'])
  for (const isDown of [true, false]) {
    store.down.clear()
    if (isDown) for (const port of ['eth0', 'veth1']) store.down.add(`${device}|${port}`)
    expect(await states.refresh([device], epochMs(START), epochMs(1_000))).toEqual([device])
  }
  const known = () =>
    ['eth0', 'veth1'].map((port) => [
      states.get(device, port)?.isUp,
      states.cameUp().get(endKey({ node: device, port })),
    ])
  expect(known()).toEqual([
    [true, 1_000],
    [true, 1_000],
  ])
  states.keepOnly(device, new Set(['eth0', 'eth1']))
  expect(known()).toEqual([
    [true, 1_000],
    [undefined, undefined],
  ])
  store.ports.set(device, ['eth0'])
  expect(await states.refresh([device], epochMs(START), epochMs(1_000))).toEqual([])
})
