import type { LinkEnd, TopologyEvent, TopologyGraph, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { type EpochMs, epochMs, type Labels, METRIC_NAME } from '@eyenet/shared/identity'
import { appendPoints, type MetricStore, type Point } from '../store/store.ts'
import { endsOf, endText, farEnd, type HistoryRecords, type Naming, SET_BACK_MS } from './history/history.ts'

/** Well within PromQL's look-back, so that a rule finds the last sample. */
const TELL_EVERY_MS = 60_000
/** A change is 1 for that long: its alert fires once and resolves by itself. */
const FRESH_MS = 3_600_000
/** And 0 until then, over a restart too: an alert whose series ends is never resolved. */
const SHOWN_MS = 24 * 3_600_000
/** Changes and lost links that have series; the oldest go. */
const MAX_SHOWN = 1_000
const MAX_READ = 1_000

type Shown = { readonly labels: Labels; readonly until: EpochMs; readonly at: EpochMs }

/** What of the topology rules can alert on, as series of the store. */
export class TopologyMetrics {
  readonly #store: Pick<MetricStore, 'intern' | 'append'>
  /** By the text of their labels. */
  readonly #changes = new Map<string, Shown>()
  /** Links that are lost, or were within a day, by id; with when they were not any more. */
  readonly #lost = new Map<string, { readonly labels: Labels; readonly endedAt?: EpochMs }>()
  readonly #counts = new Map<string, { readonly labels: Labels; count: number }>()
  #toldAt = 0
  #refused = 0

  constructor(store: Pick<MetricStore, 'intern' | 'append'>) {
    this.#store = store
  }

  get refused(): number {
    return this.#refused
  }

  /** Goes on with what it showed before the server was started. */
  async load(records: HistoryRecords, graph: TopologyGraph, now: EpochMs): Promise<void> {
    const kinds = ['neighbor-moved', 'root-bridge-changed', 'link-lost'] as const
    const { items } = await records.events({ from: epochMs(now - SHOWN_MS), to: now, kinds, limit: MAX_READ })
    for (const event of items.toReversed()) this.#take(event, namingOf(graph))
  }

  async tell(seen: {
    readonly graph: TopologyGraph
    readonly events: readonly TopologyEvent[]
    readonly now: EpochMs
  }): Promise<void> {
    const { graph, events, now } = seen
    const naming = namingOf(graph)
    for (const event of events) {
      this.#take(event, naming)
      this.#count(event, naming)
    }
    this.#lookAtLost(graph, naming, now)
    if (events.length === 0 && Math.abs(now - this.#toldAt) < TELL_EVERY_MS) return
    this.#toldAt = now
    this.#refused += await appendPoints(this.#store, [...this.#points(now), ...linkPoints(graph, naming, now)])
  }

  #take(event: TopologyEvent, naming: Naming): void {
    const { kind, link, before, port, at } = event
    if (kind === 'link-lost' && link !== undefined && isBetweenDevices(link, naming)) {
      this.#lost.set(link.id, { labels: { [METRIC_NAME]: 'topology_link_lost', ...labelsOf(link, naming) } })
    }
    if (kind === 'root-bridge-changed') {
      const site = event.node?.site ?? ''
      const labels = {
        [METRIC_NAME]: 'topology_root_bridge_changed',
        site,
        device: event.devices[0] ?? '',
        change: event.text,
      }
      this.#show(labels, at)
    }
    if (kind !== 'neighbor-moved' || link === undefined || before === undefined || port === undefined) return
    const was = endsOf(before).find((end) => end.node === port.node && end.port === port.port) ?? before.a
    const device = naming(port.node)?.kind === 'device' ? port.node : (event.devices[0] ?? '')
    this.#show(
      {
        ...{ [METRIC_NAME]: 'topology_neighbor_moved', site: siteOf(link, naming), device },
        ...(device === port.node && { interface: port.port ?? '' }),
        ...{ from: endText(farEnd(before, was), naming), to: endText(farEnd(link, port), naming) },
      },
      at,
    )
  }

  #show(labels: Labels, at: EpochMs): void {
    const key = JSON.stringify(labels)
    this.#changes.delete(key)
    this.#changes.set(key, { labels, at, until: epochMs(at + FRESH_MS) })
    for (const oldest of this.#changes.keys()) {
      if (this.#changes.size <= MAX_SHOWN) return
      this.#changes.delete(oldest)
    }
  }

  #count({ kind, devices, node }: TopologyEvent, naming: Naming): void {
    const [device] = devices
    const site = node?.site ?? (device === undefined ? undefined : naming(device)?.site) ?? ''
    const key = `${site} ${kind}`
    const known = this.#counts.get(key)
    if (known === undefined) {
      this.#counts.set(key, { labels: { [METRIC_NAME]: 'topology_changes_total', site, kind }, count: 1 })
    } else known.count += 1
  }

  #lookAtLost(graph: TopologyGraph, naming: Naming, now: EpochMs): void {
    const standing = new Set<string>()
    for (const link of graph.links) {
      if (link.state !== 'lost' || !isBetweenDevices(link, naming)) continue
      standing.add(link.id)
      const known = this.#lost.get(link.id)
      if (known !== undefined && known.endedAt === undefined) continue
      this.#lost.set(link.id, { labels: { [METRIC_NAME]: 'topology_link_lost', ...labelsOf(link, naming) } })
    }
    for (const [id, { labels, endedAt }] of this.#lost) {
      const isEnded = !standing.has(id) && (endedAt === undefined || endedAt - now > SET_BACK_MS)
      if (isEnded) this.#lost.set(id, { labels, endedAt: now })
      if (endedAt !== undefined && now - endedAt > SHOWN_MS) this.#lost.delete(id)
    }
    for (const [key, { labels, at }] of this.#changes) {
      if (now - at > SHOWN_MS) this.#changes.delete(key)
      // The clock was set back since: it goes on as if it were of now.
      if (at - now > SET_BACK_MS) this.#changes.set(key, { labels, at: now, until: epochMs(now + FRESH_MS) })
    }
  }

  *#points(now: EpochMs): Generator<Point> {
    for (const { labels, until } of this.#changes.values()) yield { labels, at: now, value: now < until ? 1 : 0 }
    for (const { labels, endedAt } of this.#lost.values())
      yield { labels, at: now, value: endedAt === undefined ? 1 : 0 }
    for (const { labels, count } of this.#counts.values()) yield { labels, at: now, value: count }
  }
}

function linkPoints(graph: TopologyGraph, naming: Naming, now: EpochMs): Point[] {
  return graph.links.flatMap((link) => {
    if (link.layer !== 'l2' || link.state === 'unknown' || !isBetweenDevices(link, naming)) return []
    const labels = { [METRIC_NAME]: 'topology_link_up', ...labelsOf(link, naming) }
    return [{ labels, at: now, value: link.state === 'down' || link.state === 'lost' ? 0 : 1 }]
  })
}

function labelsOf({ id, a, b }: TopologyLink, naming: Naming): Labels {
  const interfaceOf = (name: string, { port }: LinkEnd) => (port === undefined ? {} : { [name]: port })
  return {
    ...{ site: naming(a.node)?.site ?? '', link: id, device: a.node, ...interfaceOf('interface', a) },
    ...{ peer: endText(b, naming), peer_device: b.node, ...interfaceOf('peer_interface', b) },
  }
}

function isBetweenDevices({ a, b }: TopologyLink, naming: Naming): boolean {
  return naming(a.node)?.kind === 'device' && naming(b.node)?.kind === 'device'
}

function siteOf(link: TopologyLink, naming: Naming): string {
  return naming(link.a.node)?.site ?? naming(link.b.node)?.site ?? ''
}

function namingOf({ nodes }: TopologyGraph): Naming {
  let byId: ReadonlyMap<string, TopologyNode> | undefined
  return (id) => {
    byId ??= new Map(nodes.map((node) => [node.id, node]))
    return byId.get(id)
  }
}
