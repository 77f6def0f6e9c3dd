import type { TopologyEvent } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'
import {
  chance,
  isPortUp,
  MADE_KINDS,
  MADE_LLDP,
  type MadeNetwork,
  makeNetwork,
  shuffle,
} from '@eyenet/shared/made-network'
import { expect, test } from 'vitest'
import { NOTHING_REMEMBERED, type Remembered, remember } from './history/history.ts'
import { type DeviceView, Inference } from './infer/infer.ts'
import { deviceId } from './infer/made-view.testkit.ts'
import { viewsOf } from './infer/made-world.testkit.ts'

/** The same networks each time, as with the cables that are moved. */
const SEED = Number(process.env.EYENET_TEST_SEED ?? 222)
const START = Date.UTC(2026, 5, 1)
const MINUTE = 60_000
const ROUNDS = 20
const EVERY_MS = 5 * MINUTE
/** Devices that are polled before what they told is worked out. */
const PER_LOOK = 6
const LATE = 0.1
const EMPTY = 0.02

/** A report that has lost what was learnt and heard. */
const emptied = (view: DeviceView): DeviceView => ({
  ...view,
  links: { ...view.links, neighbors: [], ...(view.links.forwarding !== undefined && { forwarding: [] }) },
})

/** Watches a network in which nothing happens; answers what was told after the first look. */
function watch(network: MadeNetwork, seed: number): readonly TopologyEvent[] {
  const names = new Map<string, string>(network.devices.map(({ name }) => [deviceId(name), name]))
  const isPort = ({ node, port }: { node: string; port?: string | undefined }) => {
    const device = names.get(node)
    return device === undefined || port === undefined ? undefined : isPortUp(network, { device, port })
  }
  const rest = {
    roots: new Map(),
    mergedInto: new Map(),
    cameUp: new Map(),
    firstToldAt: () => epochMs(0),
    isFirst: false,
    causeOf: () => 'links',
    bridgeName: (root: string) => root,
  }
  let inference = new Inference()
  let remembered: Remembered = NOTHING_REMEMBERED
  const events: TopologyEvent[] = []
  const known = new Map<string, DeviceView>()
  const isEmpty = new Set<string>()
  for (let round = 0; round < ROUNDS; round += 1) {
    const views = shuffle(viewsOf(network, epochMs(START + round * EVERY_MS)), seed + round)
    for (const [n, view] of views.entries()) {
      const luck = chance(seed, `${round} ${view.name}`)
      // One that was empty is read again at the next turn.
      if (round > 0 && luck < LATE && !isEmpty.has(view.device)) continue
      const told = round > 0 && luck >= LATE && luck < LATE + EMPTY ? emptied(view) : view
      if (told === view) isEmpty.delete(view.device)
      else isEmpty.add(view.device)
      known.set(told.device, told)
      inference.set(told)
      if (n < views.length - 1 && (round === 0 || n % PER_LOOK > 0)) continue
      const at = epochMs(START + round * EVERY_MS + n * 2_000)
      const step = remember(remembered, { ...rest, watched: at, graph: inference.graph(), isPortUp: isPort }, at)
      remembered = step.remembered
      if (round > 0) events.push(...step.events)
    }
    if (round % 7 === 6) {
      // A restart: what was told is read back.
      inference = new Inference()
      for (const view of known.values()) inference.set(view)
    }
  }
  return events
}

/** Each kind with LLDP everywhere, on some devices or nowhere, as the seed has it. */
const cases = MADE_KINDS.map((kind, n) => ({ kind, lldp: MADE_LLDP[(n + SEED) % 3] ?? 'none', seed: SEED + n }))

test('no cable has moved where nothing happens but reports that are late or empty and stations that are forgotten', () => {
  const moved = cases.flatMap(({ lldp, kind, seed }) =>
    watch(makeNetwork({ kind, devices: 24, seed, lldp }), seed)
      .filter((event) => event.kind === 'neighbor-moved')
      .map(({ text, at }) => `${lldp} ${kind} ${seed} +${Math.round((at - START) / MINUTE)}: ${text}`),
  )
  expect(moved).toEqual([])
}, 240_000)
