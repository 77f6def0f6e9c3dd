import type { Incident, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { now } from '../../../live/clock.ts'
import { devices } from '../../../live/site.ts'
import { type Drawing, drawingOf, type Marked } from '../draw/drawing.ts'
import { isNarrow } from '../draw/picture-layout.ts'
import { readablePicture } from '../draw/readable-picture.ts'
import type { OpenGroups } from '../graph/fold-plan.ts'
import { type FoldTree, foldTree } from '../graph/fold-tree.ts'
import { bothMoments, type GraphDiff, graphDiff } from '../graph/graph-diff.ts'
import { graphView } from '../graph/graph-view.ts'
import type { MapPicture } from '../graph/map-picture.ts'
import { NODE_STATES, type NodeState } from '../graph/node-state.ts'
import type { Point } from '../layout/layered-layout.ts'
import type { MapAddress } from '../map-address.ts'
import type { LitWay } from '../way/lit-way.ts'
import { fetchTraffic, portsOf, type Traffic, useOf } from './link-use.ts'
import type { KnownGraph } from './topology-source.ts'
import type { Past } from './use-past.ts'

export type Room = { readonly width: number; readonly height: number }

const TRAFFIC_AGAIN_MS = 60_000

export type MapParts = {
  readonly graph: KnownGraph
  readonly other: KnownGraph | undefined
  /** What is broken at the moment that is shown. */
  readonly incidents: readonly Incident[]
  /** Undefined: the map shows now. */
  readonly past: Past | undefined
  readonly address: MapAddress
  readonly room: Room
  readonly saved: ReadonlyMap<string, Point>
  /** The way that is marked. */
  readonly way: { readonly lit: LitWay | undefined }
}

export type KnownMap = {
  readonly nodes: readonly TopologyNode[]
  readonly links: readonly TopologyLink[]
  readonly tree: FoldTree
  readonly open: OpenGroups
  readonly picture: MapPicture
  readonly drawing: Drawing
  readonly traffic: Traffic
  readonly use: ReadonlyMap<string, number>
  readonly diff: GraphDiff | undefined
  /** The moment that it is compared with. */
  readonly comparedAt: number | undefined
  /** The mark or wire that stands for what is picked. */
  readonly picked: string | undefined
}

/** Graph, states and address made into one drawing. Each part is made anew only when what it is made of changed. */
export function useMap(parts: MapParts): KnownMap {
  const { graph, other, incidents, past, address, room, saved } = parts
  const way = parts.way.lit
  const { layer, site, focus, depth } = address
  const states = useStates(graph, past)
  const both = useMemo(() => (other === undefined ? graph : bothMoments(other, graph)), [graph, other])
  const diff = useMemo(() => (other === undefined ? undefined : graphDiff(other, graph)), [graph, other])
  const view = useMemo(() => graphView(both, { layer, site, focus, depth }), [both, layer, site, focus, depth])
  const tree = useMemo(() => foldTree(view.nodes, view.links, states), [view, states])
  const failed = idsKey(incidents.flatMap(failedDevices))
  const broken = idsKey(incidents.flatMap((one) => (one.cause.link === undefined ? [] : [one.cause.link])))
  const causes = useMemo(() => idsOf(failed), [failed])
  const brokenLinks = useMemo(() => idsOf(broken), [broken])
  const byHand = `${address.opened.join('\n')}\n\n${address.shut.join('\n')}`
  const [width, height] = [roughly(room.width), roughly(room.height)]
  const { open, picture } = useMemo(() => {
    const urgent = new Set([...causes, ...endsOf(view.links, brokenLinks)])
    // A way is seen step by step.
    const opened = new Set([...address.opened, ...(way?.nodes ?? []).flatMap((id) => tree.groupsOf(id))])
    return readablePicture(tree, { urgent, opened, shut: new Set(address.shut) }, { width, height })
  }, [tree, width, height, causes, brokenLinks, view, byHand, way])
  const traffic = useTraffic(picture, address.at)
  const use = useMemo(() => useOf(view.links, traffic), [view, traffic])
  const picked = pickedIn(picture, address.pick)
  const marked = useMemo(() => markedOf(diff), [diff])
  const drawing = useMemo(
    () =>
      drawingOf(picture, {
        room: { width, height },
        causes,
        broken: brokenLinks,
        use,
        vlan: address.vlan,
        marked,
        // Places are saved on a wide screen; on a telephone other groups are open and other rows are full.
        saved: isNarrow({ width, height }) ? NO_PLACES : saved,
        selected: picked,
        way,
      }),
    [picture, width, height, causes, brokenLinks, use, address.vlan, marked, saved, picked, way],
  )
  return { ...view, tree, open, picture, drawing, traffic, use, diff, comparedAt: other?.at, picked }
}

const NO_PLACES: ReadonlyMap<string, Point> = new Map()

/** In steps, so that a few pixels more or less move nothing. */
const roughly = (pixels: number): number => Math.max(200, Math.round(pixels / 80) * 80)

/** The device at which a failed link was noticed has not failed itself. */
const failedDevices = ({ kind, cause, failed }: Incident): readonly string[] =>
  kind === 'link' || cause.device === undefined ? failed : [...failed, cause.device]

const idsKey = (ids: readonly string[]): string => [...new Set(ids)].sort().join('\n')
const idsOf = (key: string): ReadonlySet<string> => new Set(key === '' ? [] : key.split('\n'))

const endsOf = (links: readonly TopologyLink[], ids: ReadonlySet<string>): readonly string[] =>
  links.filter((link) => ids.has(link.id)).flatMap((link) => [link.a.node, link.b.node])

/** States of now, or of then. The same map while nothing in it changed, for figures of devices change each second. */
function useStates(graph: KnownGraph, past: Past | undefined): ReadonlyMap<string, NodeState> {
  const known = devices.value
  const stateOf = (device: string): string | undefined => {
    if (past === undefined) return known.kind === 'ready' ? known.value.get(device)?.state : undefined
    return past.kind === 'known' ? past.stateOf(device) : undefined
  }
  const entries = graph.nodes.flatMap((node) => {
    const state = node.device === undefined ? undefined : stateOf(node.device)
    const shown = NODE_STATES.find((one) => one === state)
    return shown === undefined ? [] : [[node.id, shown] as const]
  })
  const key = entries.map(([id, state]) => `${id} ${state}`).join('\n')
  return useMemo(() => new Map(entries), [key])
}

/** Traffic of what is drawn, now or then; groups stand for links that nobody sees one by one. */
function useTraffic(picture: MapPicture, at: number | undefined): Traffic {
  const traffic = useSignal<Traffic>(new Map())
  const drawn = useMemo(() => picture.wires.flatMap((wire) => wire.links), [picture])
  const key = drawn.map((link) => link.id).join('\n')
  const turn = at === undefined ? Math.floor(now.value / TRAFFIC_AGAIN_MS) : 0
  useEffect(() => {
    const stop = new AbortController()
    // What was a device then need not be one now.
    const ids = new Set(drawn.flatMap(({ a, b }) => [a.node, b.node]).filter((id) => IS_UUID.test(id)))
    void fetchTraffic(portsOf(drawn, ids), at, stop.signal).then((figures) => {
      if (!stop.signal.aborted) traffic.value = figures
    })
    return () => stop.abort()
  }, [key, turn, at])
  return traffic.value
}

/** Nodes that are devices are named by the device; others are not measured. */
const IS_UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

function pickedIn(picture: MapPicture, pick: string): string | undefined {
  if (pick === '') return undefined
  const mark = picture.markOf.get(pick)
  if (mark !== undefined) return mark
  if (picture.marks.some((one) => one.id === pick) || picture.boxes.some((one) => one.id === pick)) return pick
  return picture.wires.find((wire) => wire.id === pick || wire.links.some((link) => link.id === pick))?.id
}

function markedOf(diff: GraphDiff | undefined): Marked | undefined {
  if (diff === undefined) return undefined
  return {
    added: new Set([...diff.addedNodes, ...diff.addedLinks].map((one) => one.id)),
    removed: new Set([...diff.removedNodes, ...diff.removedLinks].map((one) => one.id)),
    moved: new Set([...diff.movedLinks, ...diff.changedLinks].flatMap((one) => [one.now.id, one.before.id])),
  }
}
