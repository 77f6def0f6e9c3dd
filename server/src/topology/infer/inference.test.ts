import { type LinkScore, MADE_KINDS, MADE_LLDP, makeNetwork } from '@eyenet/shared/made-network'
import type { HeardNeighbor } from '@eyenet/shared/wire'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Inference } from './inference.ts'
import { AT, graphOf, mac, packed, view } from './made-view.testkit.ts'
import { score, viewsOf } from './made-world.testkit.ts'

const QUARTER_OF_AN_HOUR = 900_000

/** Links found over several networks together: seldom gaps weigh little in one of ten devices and much in the next. */
function together(scores: readonly LinkScore[]): { readonly recall: number; readonly precision: number } {
  const sum = (of: (one: LinkScore) => number): number => scores.reduce((all, one) => all + of(one), 0)
  const right = sum((one) => one.right)
  return { recall: right / sum((one) => one.expected), precision: right / sum((one) => one.found) }
}

describe('against the truth of made networks', () => {
  for (const kind of MADE_KINDS) {
    test(`${kind}: what neighbors announce, and what only tables tell`, { timeout: 240_000 }, () => {
      const scoresOf = (lldp: (typeof MADE_LLDP)[number]): readonly LinkScore[] =>
        [10, 60, 150].map((devices, seed) => {
          const network = makeNetwork({ kind, devices, seed: seed + 1, lldp })
          return score(network, graphOf(viewsOf(network, AT)))
        })
      const announced = together(scoresOf('everywhere'))
      // Switches that nobody asks are told by tables with gaps, also where everybody else announces.
      expect(announced.recall).toBeGreaterThanOrEqual(kind === 'unmanaged' ? 0.97 : 0.99)
      expect(announced.precision).toBeGreaterThanOrEqual(0.99)
      for (const lldp of ['some', 'none'] as const) {
        const learnt = together(scoresOf(lldp))
        expect(learnt.recall, `recall, LLDP ${lldp}`).toBeGreaterThanOrEqual(0.9)
        expect(learnt.precision, `precision, LLDP ${lldp}`).toBeGreaterThanOrEqual(0.9)
      }
    })
  }
})

describe('one graph, however it came about', () => {
  const plans = fc.record({
    kind: fc.constantFrom(...MADE_KINDS),
    devices: fc.integer({ min: 3, max: 60 }),
    seed: fc.integer({ min: 0, max: 1_000 }),
    lldp: fc.constantFrom(...MADE_LLDP),
  })

  test('the order in which devices are set makes no difference', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 1, max: 1_000 }), (plan, turn) => {
        const views = viewsOf(makeNetwork(plan), AT)
        const at = turn % views.length
        expect(graphOf([...views.slice(at), ...views.slice(0, at)].reverse())).toEqual(graphOf(views))
      }),
      { numRuns: 40 },
    )
  })

  test('a graph that was kept up to date is the one that is made from nothing', { timeout: 240_000 }, () => {
    fc.assert(
      fc.property(plans, fc.array(fc.nat(), { minLength: 1, maxLength: 12 }), (plan, steps) => {
        const network = makeNetwork(plan)
        const later = viewsOf(network, (AT + QUARTER_OF_AN_HOUR) as typeof AT)
        const now = new Map(viewsOf(network, AT).map((one) => [one.device, one]))
        const kept = new Inference()
        for (const one of now.values()) kept.set(one)
        for (const step of steps) {
          const next = later[step % later.length]
          if (next === undefined) continue
          if (step % 7 === 0) {
            now.delete(next.device)
            kept.remove(next.device)
          } else {
            const { forwarding = [], neighbors = [], ...links } = next.links
            const less = { ...links, ...(step % 5 === 0 ? { neighbors } : { forwarding: forwarding.slice(step % 3) }) }
            const other = later[(step >> 4) % later.length] ?? next
            const { sysName, role, site } = step % 11 < 3 ? other : next
            const its = step % 3 === 0 ? next.links : less
            const told = { ...next, sysName, role, site, links: its }
            now.set(told.device, told)
            kept.set(told)
          }
          expect(kept.graph()).toEqual(graphOf([...now.values()]))
        }
      }),
      { numRuns: 20 },
    )
  })

  test('of two with one name, the one that begins to hear who hears it is the one', () => {
    const kept = new Inference()
    const hears = (port: string, name: string) =>
      ({ protocol: 'lldp', port, remoteSysName: name, remotePort: 'x' }) as const
    const twin = (name: string, neighbors: readonly ReturnType<typeof hears>[]) =>
      view({ name, sysName: 'twin', ports: ['1'], links: { neighbors: [...neighbors] } })
    const here = view({ name: 'here', ports: ['1'], links: { neighbors: [hears('1', 'twin')] } })
    const silent = [here, twin('one', []), twin('other', [])]
    for (const one of silent) kept.set(one)
    expect(kept.graph()).toEqual(graphOf(silent))
    const told = twin('other', [hears('1', 'here')])
    kept.set(told)
    expect(kept.graph()).toEqual(graphOf([here, twin('one', []), told]))
    expect(kept.graph().links.some(({ b, a }) => [a.node, b.node].includes(told.device))).toBe(true)
  })

  test('a stranger whose address another device tells is that one to all who know its name', () => {
    const kept = new Inference()
    const phone = { port: '1', remoteSysName: 'phone', remotePort: 'p' }
    const here = view({ name: 'here', ports: ['1'], links: { neighbors: [{ ...phone, protocol: 'cdp' }] } })
    const other = (neighbors: readonly HeardNeighbor[]) =>
      view({ name: 'other', ports: ['1'], links: { neighbors: [...neighbors] } })
    kept.set(here)
    for (const neighbors of [[], [{ ...phone, protocol: 'lldp', remoteChassisId: mac(77) } as const], []]) {
      const now = [here, other(neighbors)]
      kept.set(other(neighbors))
      expect(kept.graph()).toEqual(graphOf(now))
    }
  })

  test('links that did not change stay the same objects', () => {
    const views = viewsOf(makeNetwork({ kind: 'tree', devices: 40, seed: 3, lldp: 'none' }), AT)
    const inference = new Inference()
    for (const one of views) inference.set(one)
    const before = new Set(inference.graph().links)
    const [first] = views
    if (first === undefined) throw new Error('the network has devices')
    inference.set({ ...first, links: { ...first.links } })
    const after = inference.graph().links
    expect(after.filter((link) => before.has(link)).length).toBeGreaterThan(after.length / 2)
  })
})

describe('endpoints', () => {
  test('each station that is no device is at its nearest port, with the addresses that ARP of its site has', () => {
    const inference = new Inference()
    const table = (port: string, ...numbers: readonly number[]) => ({ port, vlan: 7, macs: packed(...numbers) })
    const core = { forwarding: [table('down', 2, 50, 51)], arp: [{ ip: '10.0.0.50', mac: mac(50) }] }
    inference.set(view({ name: 'core', number: 1, ports: ['down'], links: core }))
    const access = { forwarding: [table('up', 1), table('p1', 50), table('p2', 51)] }
    inference.set(view({ name: 'access', number: 2, ports: ['up', 'p1', 'p2'], links: access }))
    expect(inference.endpoints().map(({ mac: station, port, vlan, ips }) => [station, port, vlan, ips])).toEqual([
      [mac(50), 'p1', 7, ['10.0.0.50']],
      [mac(51), 'p2', 7, []],
    ])
  })
})
