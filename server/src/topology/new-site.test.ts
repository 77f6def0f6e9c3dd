import type { TopologyEvent } from '@eyenet/shared/api'
import { type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { MADE_KINDS, MADE_LLDP, makeNetwork, shuffle } from '@eyenet/shared/made-network'
import { expect, test } from 'vitest'
import { memoryOf, memoryText, NOTHING_REMEMBERED, type Remembered, remember } from './history/history.ts'
import { type DeviceView, Inference } from './infer/infer.ts'
import { deviceId } from './infer/made-view.testkit.ts'
import { viewsOf } from './infer/made-world.testkit.ts'

const SEED = Number(process.env.EYENET_TEST_SEED ?? 222)
const START = Date.UTC(2026, 5, 1)
const MINUTE = 60_000
/** A device is found, and so much later the next one. */
const FOUND_EVERY_MS = 20_000
const TELLS_AFTER_MS = 40_000
const LOOK_EVERY_MS = 10_000

/** The devices of one made network are found, and tell of their links, one after the other; what was told until all is calm. */
function discover(views: readonly DeviceView[], restartAt?: number): readonly TopologyEvent[] {
  const inference = new Inference()
  const firstTold = new Map<DeviceId, EpochMs>()
  const rest = { roots: new Map(), mergedInto: new Map(), causeOf: () => 'links', bridgeName: (root: string) => root }
  const ports = { isPortUp: () => undefined, cameUp: new Map() }
  let remembered: Remembered = NOTHING_REMEMBERED
  const events: TopologyEvent[] = []
  const until = views.length * FOUND_EVERY_MS + 30 * MINUTE
  for (let passed = 0; passed <= until; passed += LOOK_EVERY_MS) {
    const at = epochMs(START + passed)
    for (const [n, view] of views.entries()) {
      if (passed === n * FOUND_EVERY_MS) inference.set({ ...view, links: {} })
      if (passed !== n * FOUND_EVERY_MS + TELLS_AFTER_MS) continue
      inference.set(view)
      firstTold.set(view.device, at)
    }
    const graph = inference.graph()
    const seen = {
      ...rest,
      ...ports,
      graph,
      watched: at,
      isFirst: passed === 0,
      firstToldAt: (id: DeviceId) => firstTold.get(id),
    }
    const step = remember(remembered, seen, at)
    remembered = step.remembered
    // The first graph is a base.
    if (passed > 0) events.push(...step.events)
    if (passed === restartAt) {
      remembered = { ...remembered, ...memoryOf(memoryText(remembered)) }
    }
  }
  const { nodes, links } = inference.graph()
  expect([...remembered.graph.links.keys()].sort()).toEqual(links.map(({ id }) => id).sort())
  expect([...remembered.graph.nodes.keys()].sort()).toEqual(nodes.map(({ id }) => id).sort())
  return events
}

/** Each kind with LLDP everywhere, on some devices or nowhere, as the seed has it. */
const cases = MADE_KINDS.map((kind, n) => ({ kind, lldp: MADE_LLDP[(n + SEED) % 3] ?? 'none', seed: SEED + n }))

test('a site whose devices are found and tell one after the other is told as its devices and its links, each once', () => {
  const wrong = cases.flatMap(({ lldp, kind, seed }) => {
    const network = makeNetwork({ kind, devices: 24, seed, lldp })
    const views = shuffle(viewsOf(network, epochMs(START)), seed)
    const told = new Set<string>()
    return discover(views, seed % 2 === 0 ? 4 * MINUTE : undefined).flatMap(({ kind: what, node, link, at, text }) => {
      const id = node?.id ?? link?.id ?? ''
      const isRight = (what === 'node-added' || what === 'link-added') && !told.has(id)
      told.add(id)
      return isRight ? [] : [`${lldp} ${kind} ${seed} +${Math.round((at - START) / 1000)} s: ${what} ${text}`]
    })
  })
  expect(wrong).toEqual([])
}, 240_000)

test('a device that never tells holds nothing back for longer than a quarter of an hour', () => {
  const network = makeNetwork({ kind: 'tree', devices: 12, seed: SEED, lldp: 'none' })
  const views = viewsOf(network, epochMs(START)).map((view) =>
    view.device === deviceId('core-1') ? { ...view, links: {} } : view,
  )
  const events = discover(views)
  const last = Math.max(...events.map(({ at }) => at))
  expect(last - START).toBeLessThanOrEqual(views.length * FOUND_EVERY_MS + TELLS_AFTER_MS + 15 * MINUTE)
  expect(events.some(({ kind }) => kind === 'link-added')).toBe(true)
})
