import { DiscoveryPlan } from '@eyenet/shared/api'
import { expect, test } from 'vitest'
import { addressCount, movedInOrder, planForm, readPlan } from './plan-form.ts'

const plan = DiscoveryPlan.parse({ networks: ['192.0.2.0/24'], exclude: ['192.0.2.1'], everySeconds: 43_200 })

test('a plan goes into the form and comes out of it as it was', () => {
  expect(readPlan(planForm(plan))).toEqual({ kind: 'ok', plan })
})

test('without hours it looks only on demand', () => {
  expect(readPlan({ ...planForm(plan), everyHours: ' ' })).toMatchObject({ kind: 'ok', plan: { everySeconds: 0 } })
})

test('each part that is wrong is told in words, at its field', () => {
  const read = readPlan({
    ...planForm(plan),
    networks: ['somewhere'],
    exclude: '192.0.2.999',
    packetsPerSecond: 'fast',
    everyHours: '0.01',
    ports: '22 ssh',
  })
  expect(read.kind === 'faults' && Object.keys(read.faults).sort()).toEqual([
    'everySeconds',
    'exclude',
    'networks',
    'packetsPerSecond',
    'ports',
  ])
})

test('lists are separated as people do', () => {
  const read = readPlan({ ...planForm(plan), ports: '22, 80;443\n8080', exclude: '' })
  expect(read).toMatchObject({ kind: 'ok', plan: { ports: [22, 80, 443, 8080], exclude: [] } })
})

test('addresses of a network are counted, those of IPv6 are not', () => {
  expect(['192.0.2.0/24', '192.0.2.7', '10.0.0.0/8'].map(addressCount)).toEqual([256, 1, 16_777_216])
  expect(addressCount('2001:db8::/64')).toBeUndefined()
})

test('an order changes by one step, and not beyond its ends', () => {
  expect(movedInOrder(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c'])
  expect(movedInOrder(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c'])
})
