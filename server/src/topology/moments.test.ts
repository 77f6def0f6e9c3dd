import type { TopologyEvent } from '@eyenet/shared/api'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import {
  cutCable,
  deviceOff,
  deviceOn,
  freePorts,
  isPortUp,
  type MadeNetwork,
  makeNetwork,
  mendCable,
  moveCable,
  shuffle,
  trueLinks,
} from '@eyenet/shared/made-network'
import { expect, test } from 'vitest'
import { applyEvents, NOTHING_REMEMBERED, type Remembered, type RememberedGraph, remember } from './history/history.ts'
import { Inference } from './infer/infer.ts'
import { deviceId } from './infer/made-view.testkit.ts'
import { viewsOf } from './infer/made-world.testkit.ts'

const START = Date.UTC(2026, 5, 1)
const STEP_MS = 20 * 60_000
const STEPS = 80
const MOMENTS = 1_000
const SEED = 11

type Change = { readonly kind: 'move' | 'cut' | 'mend' | 'off' | 'on'; readonly network: MadeNetwork }

/** A number below `below` that belongs to the step. */
const luck = (step: number, below: number): number => shuffle([...Array(below).keys()], SEED * 1_000 + step)[0] ?? 0

/** What happens to the network at a step: what was broken before is mended first. */
function changeAt(network: MadeNetwork, step: number): Change {
  const [cut] = network.cut
  const [off] = network.off
  if (cut !== undefined) return { kind: 'mend', network: mendCable(network, cut) }
  if (off !== undefined) return { kind: 'on', network: deviceOn(network, off) }
  const leaves = network.cables.filter(({ b }) => /printer|camera|ups|storage/.test(b.device))
  const cable = leaves[luck(step, leaves.length)]
  if (cable === undefined) throw new Error('the network has leaves')
  const turn = step % 4
  if (turn === 0) return { kind: 'cut', network: cutCable(network, cable.id) }
  if (turn === 1) return { kind: 'off', network: deviceOff(network, cable.b.device) }
  const switches = network.devices.filter(({ name }) => /access/.test(name) && freePorts(network, name).length > 0)
  const to = switches[luck(step + 500, switches.length)]
  const [port] = freePorts(network, to?.name ?? '')
  if (to === undefined || port === undefined) throw new Error('a switch has a free port')
  return { kind: 'move', network: moveCable(network, cable.id, { end: 'a', device: to.name, port }) }
}

const stateText = (ends: readonly string[], state: string) => `${[...ends].sort().join(' - ')} ${state}`

/** The truth in the words of `wordsOf`. */
const truthOf = (network: MadeNetwork): readonly string[] =>
  trueLinks(network)
    .map(({ a, b, state }) =>
      stateText(
        [a, b].map(({ device, port }) => `${deviceId(device)} ${port}`),
        state,
      ),
    )
    .sort()

const wordsOf = (graph: RememberedGraph): readonly string[] =>
  [...graph.links.values()]
    .filter(({ layer }) => layer === 'l2')
    .map(({ a, b, state }) =>
      stateText(
        [a, b].map(({ node, port }) => `${node} ${port}`),
        state,
      ),
    )
    .sort()

/** Runs the network through its steps, and keeps what was told and the truth from each step on. */
class Timeline {
  readonly events: TopologyEvent[] = []
  readonly truths: { readonly at: EpochMs; readonly network: MadeNetwork }[] = []
  #remembered: Remembered = NOTHING_REMEMBERED
  readonly #inference = new Inference()

  step(network: MadeNetwork, at: EpochMs): readonly TopologyEvent[] {
    const names = new Map<string, string>(network.devices.map(({ name }) => [deviceId(name), name]))
    for (const view of viewsOf(network, at)) this.#inference.set(view)
    const graph = this.#inference.graph()
    const seen = {
      ...{
        graph,
        roots: new Map(),
        mergedInto: new Map(),
        watched: at,
        cameUp: new Map(),
        firstToldAt: () => epochMs(0),
        isFirst: false,
        causeOf: () => 'links',
        bridgeName: (root: string) => root,
      },
      isPortUp: ({ node, port }: { node: string; port?: string | undefined }) => {
        const device = names.get(node)
        // A device without power tells nothing of its ports.
        if (device === undefined || port === undefined || network.off.has(device)) return undefined
        return isPortUp(network, { device, port })
      },
    }
    const { remembered, events } = remember(this.#remembered, seen, at)
    this.#remembered = remembered
    this.events.push(...events)
    this.truths.push({ at, network })
    return events
  }

  graphAt(at: EpochMs): RememberedGraph {
    const until = this.events.filter((event) => event.at <= at)
    return applyEvents(NOTHING_REMEMBERED.graph, until)
  }

  truthAt(at: EpochMs): readonly string[] {
    return truthOf(this.truths.findLast((one) => one.at <= at)?.network ?? this.truths[0]!.network)
  }
}

test('one moved cable is one neighbor-moved, and the graph of 1,000 random moments is the truth', () => {
  const timeline = new Timeline()
  let network = makeNetwork({ kind: 'ring', devices: 40, seed: SEED, lldp: 'everywhere' })
  timeline.step(network, epochMs(START))
  let moves = 0
  for (let step = 1; step <= STEPS; step++) {
    const change = changeAt(network, step)
    network = change.network
    const events = timeline.step(network, epochMs(START + step * STEP_MS))
    // A link's VLANs and states are told too; where it leads is told once.
    const kinds = events.map(({ kind }) => kind).filter((kind) => !kind.endsWith('-changed'))
    if (change.kind === 'move') {
      moves++
      expect({ step, kinds }).toEqual({ step, kinds: ['neighbor-moved'] })
    } else {
      expect({ step, kind: change.kind, moved: kinds.includes('neighbor-moved') }).toMatchObject({ moved: false })
    }
  }
  expect(moves).toBeGreaterThan(20)
  const length = STEPS * STEP_MS
  let equal = 0
  for (let moment = 0; moment < MOMENTS; moment++) {
    const at = epochMs(START + luck(10_000 + moment, 1_000) * (length / 1_000) + luck(20_000 + moment, 1_000))
    expect(wordsOf(timeline.graphAt(at))).toEqual(timeline.truthAt(at))
    equal++
  }
  expect(equal).toBe(MOMENTS)
}, 240_000)
