import { expect, test } from 'vitest'
import { madeLink } from '../graph/made-graph.testkit.ts'
import { portsOf, trafficOf, trafficQuery, useOf } from './link-use.ts'

const sample = (device: string, port: string, value: number) => ({ labels: { device, interface: port }, value })
const link = madeLink('a', 'b', {
  a: { node: 'a', port: 'Gi1/0/1' },
  b: { node: 'b', port: 'x|y' },
  speedBps: 1_000,
})

test('a link is as full as its busier way at its busier end', () => {
  const traffic = trafficOf([sample('a', 'Gi1/0/1', 100)], [sample('b', 'x|y', 900)])
  expect(useOf([link], traffic)).toEqual(new Map([['a~b', 0.9]]))
})

test('without a speed or without traffic nothing is measured', () => {
  expect(useOf([madeLink('a', 'b')], trafficOf([sample('a', 'p1', 5)], []))).toEqual(new Map())
  expect(useOf([link], new Map())).toEqual(new Map())
  expect(useOf([link], trafficOf([sample('a', 'Gi1/0/1', Number.NaN)], []))).toEqual(new Map())
})

test('only ports of devices are asked about, and their names are taken literally', () => {
  const ports = portsOf([link], new Set(['a']))
  expect(ports).toEqual([{ device: 'a', port: 'Gi1/0/1' }])
  const both = portsOf([link], new Set(['a', 'b']))
  expect(trafficQuery(both, 'in')).toBe(
    String.raw`8 * rate(ifHCInOctets{device=~"a|b",interface=~"Gi1/0/1|x\\|y"}[5m])`,
  )
})
