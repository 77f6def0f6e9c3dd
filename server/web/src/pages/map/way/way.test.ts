import { besideRows, LaidTrace } from '@eyenet/shared/api'
import { expect, test } from 'vitest'
import { hopWord, litWay, wayLooks } from './lit-way.ts'
import { traceOf, traceText } from './trace-address.ts'

const hop = (number: number, place: string, node?: string) => ({
  ...{ hop: number, rtts: [], lost: 0, place },
  answers: [{ address: `192.0.2.${number}`, ...(node !== undefined && { node }) }],
})

const PATH = [{ node: 'a', link: 'a~b' }, { node: 'b', link: 'b~d' }, { node: 'd' }]
const LAID = LaidTrace.parse({
  hops: [hop(1, 'elsewhere', 'c'), hop(2, 'unknown'), hop(3, 'expected', 'd')],
  expected: [PATH[0], PATH[1], { node: 'd', hop: 3 }],
  taken: [
    { node: 'a', link: 'a~c' },
    { node: 'c', hop: 1 },
    { node: 'd', hop: 3 },
  ],
  ...{ outcome: 'elsewhere', text: '' },
})

test('a way is marked, and with a trace what packets take, what they leave out and where they go beside', () => {
  const way = litWay(PATH, undefined)
  expect(['a', 'a~b', 'x'].map((id) => wayLooks([id], way))).toEqual([['way'], ['way'], ['way-beside']])
  const traced = litWay(PATH, LAID)
  expect(['a', 'b', 'b~d', 'c', 'a~c', 'x'].map((id) => wayLooks([id], traced)[0])).toEqual([
    ...['way', 'way-missed', 'way-missed', 'way-elsewhere', 'way-elsewhere', 'way-beside'],
  ])
  expect([hopWord(['x', 'c'], traced), hopWord(['b'], traced)]).toEqual(['\nhop 1', ''])
  expect([litWay([], undefined), wayLooks(['a'], undefined)]).toEqual([undefined, []])
})

test('hops stand beside their steps, and what lies between them between', () => {
  const rows = besideRows(LAID).map(({ node, hop: one }) => `${node ?? ''}|${one?.hop ?? ''}`)
  expect(rows).toEqual(['a|', 'b|', '|1', '|2', 'd|3'])
  expect(besideRows({ expected: [], hops: LAID.hops })).toHaveLength(3)
})

test('a trace in the address belongs to its own end of the way alone', () => {
  const [agent, task] = ['0190aaaa-0000-7000-8000-000000000001', '0190dddd-0000-4000-8000-000000000001']
  const trace = traceText({ agent, task, to: 'segment:lab:10.0.0.0/24' })
  expect(traceOf({ trace, pick: 'segment:lab:10.0.0.0/24' })).toMatchObject({ agent, task })
  for (const bad of [
    { trace, pick: 'other' },
    { trace: '../..', pick: '' },
    { trace: '', pick: '' },
  ]) {
    expect(traceOf(bad)).toBeUndefined()
  }
})
