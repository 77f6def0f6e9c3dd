import { describe, expect, test } from 'vitest'
import { graphOf, mac, packed, told, view } from './made-view.testkit.ts'

/** What a bridge tells of one port: its state, and whose messages it hears there, by number and port id. */
type Row = readonly [port: string, state: string, bridge: number, portId: number]

const treeOf = (rows: readonly Row[]) => ({
  ports: rows.map(([port, state, bridge, designatedPort]) => ({
    ...{ port, state, designatedBridge: `8000-${mac(bridge)}`, designatedPort },
  })),
})

/** A bridge with what its tree says and, by port, the stations that it has learnt. */
function bridge(
  name: string,
  number: number,
  { rows, learnt = {} }: { rows: readonly Row[]; learnt?: Readonly<Record<string, readonly number[]>> },
) {
  const forwarding = Object.entries(learnt).map(([port, macs]) => ({ port, vlan: 1, macs: packed(...macs) }))
  const ports = [...new Set([...rows.map(([port]) => port), ...Object.keys(learnt)])]
  return view({ name, number, ports, links: { bridge: treeOf(rows), forwarding } })
}

/** A ring of three: b and c hear each other over a cable that c blocks. */
const ring = (blocked: Row) => [
  bridge('a', 1, {
    rows: [
      ['p1', 'forwarding', 1, 0x8001],
      ['p2', 'forwarding', 1, 0x8002],
    ],
    learnt: { p1: [2], p2: [3] },
  }),
  bridge('b', 2, {
    rows: [
      ['up', 'forwarding', 1, 0x8001],
      ['side', 'forwarding', 2, 0x8002],
    ],
    learnt: { up: [1, 3] },
  }),
  bridge('c', 3, { rows: [['up', 'forwarding', 1, 0x8002], blocked], learnt: { up: [1, 2] } }),
]

describe('links that the spanning tree tells', () => {
  test('a cable that carries no frames is there, from the port that blocks to the one that rules on it', () => {
    const graph = graphOf(ring(['side', 'blocking', 2, 0x8002]))
    expect(told(graph)).toEqual(['a p1 - b up', 'a p2 - c up', 'b side - c side'])
    const blocked = graph.links.find(({ state }) => state === 'blocked')
    expect(blocked).toMatchObject({ confidence: 0.9, evidence: [{ kind: 'stp', port: 'side' }] })
  })

  test('a port that is disabled, and a bridge or port that nobody has, say nothing', () => {
    const without = ['a p1 - b up', 'a p2 - c up']
    expect(told(graphOf(ring(['side', 'disabled', 2, 0x8002])))).toEqual(without)
    expect(told(graphOf(ring(['side', 'blocking', 9, 0x8002])))).toEqual(without)
    expect(told(graphOf(ring(['side', 'blocking', 2, 0x8077])))).toEqual(without)
  })

  test('bridges that have learnt nobody are linked as they hear each other', () => {
    const upper = bridge('a', 1, { rows: [['p1', 'forwarding', 1, 0x8001]] })
    const lower = bridge('b', 2, { rows: [['up', 'forwarding', 1, 0x8001]] })
    expect(told(graphOf([upper, lower]))).toEqual(['a p1 - b up'])
  })

  test('two bridges that hear the same port share an unmanaged switch with it', () => {
    const upper = bridge('a', 1, { rows: [['p1', 'forwarding', 1, 0x8001]] })
    const lower = ['b', 'c'].map((name, at) => bridge(name, at + 2, { rows: [['up', 'forwarding', 1, 0x8001]] }))
    expect(told(graphOf([upper, ...lower]))).toEqual(['a p1 - unmanaged', 'b up - unmanaged', 'c up - unmanaged'])
  })

  test('a bridge in between that knows no spanning tree is in between', () => {
    const upper = bridge('a', 1, { rows: [['p1', 'forwarding', 1, 0x8001]], learnt: { p1: [2, 3] } })
    const middle = bridge('m', 2, { rows: [], learnt: { left: [1], right: [3] } })
    const lower = bridge('b', 3, { rows: [['up', 'forwarding', 1, 0x8001]], learnt: { up: [1, 2] } })
    expect(told(graphOf([upper, middle, lower]))).toEqual(['a p1 - m left', 'b up - m right'])
  })

  test('a port that claims to hear everybody draws nobody together: one bridge rules on a cable', () => {
    const others = [2, 3, 4, 5]
    const upper = bridge('a', 1, {
      rows: others.map((one) => [`p${one}`, 'forwarding', 1, 0x8000 + one]),
      learnt: Object.fromEntries(others.map((one) => [`p${one}`, [one]])),
    })
    const lower = others.map((one) => {
      const learnt = { up: [1, ...others.filter((other) => other !== one)] }
      return bridge(`b${one}`, one, { rows: [['up', 'forwarding', 1, 0x8000 + one]], learnt })
    })
    const liar = bridge('liar', 99, { rows: others.map((one) => ['x', 'forwarding', 1, 0x8000 + one]) })
    const links = told(graphOf([upper, ...lower, liar]))
    expect(links).toEqual(expect.arrayContaining(['a p3 - b3 up', 'a p4 - b4 up', 'a p5 - b5 up']))
  })
})
