import { describe, expect, test } from 'vitest'
import { graphOf, heard, mac, packed, told, view } from './made-view.testkit.ts'

const leaf = (name: string, number: number) =>
  view({ name, role: 'printer', ports: [{ port: 'eth0', mac: mac(number) }] })

const learnt = (stations: Readonly<Record<string, readonly number[]>>) =>
  Object.entries(stations).map(([port, macs]) => ({ port, vlan: 1, macs: packed(...macs) }))

/** Two switches; the lower one has forgotten station 30, which the upper one sees beyond it. */
const pair = (below: Readonly<Record<string, readonly number[]>>, neighbors = [heard('up', ['upper', 'p'])]) => [
  view({ name: 'upper', number: 1, ports: ['p', 'q'], links: { forwarding: learnt({ p: [2, 30], q: [90] }) } }),
  view({
    ...{ name: 'lower', number: 2, ports: ['up', ...Object.keys(below)] },
    links: { forwarding: learnt({ up: [1], ...below }), neighbors },
  }),
]

describe('a station that its switch has forgotten', () => {
  test('is at the only medium that the switch has, and not between the switches', () => {
    const found = graphOf([...pair({ a: [10, 11], b: [80] }, []), leaf('x', 10), leaf('y', 11), leaf('z', 30)])
    expect(told(found)).toEqual([
      ...['lower a - unmanaged', 'lower up - upper p'],
      ...['unmanaged - x eth0', 'unmanaged - y eth0', 'unmanaged - z eth0'],
    ])
    expect(Math.min(...found.links.map(({ confidence }) => confidence))).toBe(0.6)
  })

  test('is with the only device that the switch should hear and does not', () => {
    const neighbors = [heard('up', ['upper', 'p']), heard('b', ['y', 'eth0'])]
    const found = graphOf([...pair({ a: [10], b: [11] }, neighbors), leaf('x', 10), leaf('y', 11), leaf('z', 30)])
    expect(told(found)).toEqual([
      ...['lower a - unmanaged', 'lower b - y eth0', 'lower up - upper p'],
      ...['unmanaged - x eth0', 'unmanaged - z eth0'],
    ])
  })

  test('is behind the switch, nobody knows where, if several places have room', () => {
    const stations = [10, 11, 12, 13].map((number) => leaf(`s${number}`, number))
    const found = told(graphOf([...pair({ a: [10, 11], b: [12, 13] }, []), ...stations, leaf('z', 30)]))
    expect(found).toContain('lower - z eth0')
    expect(found).toContain('lower up - upper p')
  })

  test('is between the switches where another one surely is', () => {
    const [upper, lower] = [
      view({ name: 'upper', number: 1, ports: ['p', 'q'], links: { forwarding: learnt({ p: [2, 30, 31], q: [90] }) } }),
      view({ name: 'lower', number: 2, ports: ['up', 'a'], links: { forwarding: learnt({ up: [1, 31], a: [80] }) } }),
    ]
    expect(told(graphOf([upper, lower, leaf('y', 31), leaf('z', 30)]))).toEqual([
      ...['lower up - unmanaged', 'unmanaged - upper p', 'unmanaged - y eth0', 'unmanaged - z eth0'],
    ])
  })

  test('is not drawn to a place between switches while it is announced at another', () => {
    const [upper, lower] = pair({ a: [10] }, [
      heard('up', ['upper', 'p']),
      heard('a', ['x', 'eth0']),
      heard('a', ['z', 'eth0']),
    ])
    if (upper === undefined || lower === undefined) throw new Error('there are two')
    expect(told(graphOf([upper, lower, leaf('x', 10), leaf('z', 30)]))).toEqual([
      ...['lower a - unmanaged', 'lower up - upper p', 'unmanaged - x eth0', 'unmanaged - z eth0'],
    ])
  })
})
