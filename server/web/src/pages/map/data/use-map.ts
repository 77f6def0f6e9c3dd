import type { Incident, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { now } from '../../../live/clock.ts'
import { devices } from '../../../live/site.ts'
import { type Drawing, drawingOf, type Marked } from '../draw/drawing.ts'
import { foldPlan, type OpenGroups } from '../graph/fold-plan.ts'
import { type FoldTree, foldTree } from '../graph/fold-tree.ts'
import { bothMoments, type GraphDiff, graphDiff } from '../graph/graph-diff.ts'
import { graphView } from '../graph/graph-view.ts'
import { type MapPicture, mapPicture } from '../graph/map-picture.ts'
import { NODE_STATES, type NodeState } from '../graph/node-state.ts'
import type { Point } from '../layout/layered-layout.ts'
import type { MapAddress } from '../map-address.ts'
import type { LitWay } from '../way/lit-way.ts'
import { fetchTraffic, portsOf, type Traffic, useOf } from './link-use.ts'
import type { KnownGraph } from './topology-source.ts'

export type Room = { readonly width: number; readonly height: number }

/** One mark needs about this much room to be read, square pixels. */
const ROOM_PER_MARK = 7_000
const LEAST_MARKS = 12
const MOST_MARKS = 170
const TRAFFIC_AGAIN_MS = 60_000

export type MapParts = {
  readonly graph: KnownGraph
  readonly other: KnownGraph | undefined
  readonly incidents: readonly Incident[]
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
  /** The mark or wire that stands for what is picked. */
  readonly picked: string | undefined
}

/** Graph, states and address made into one drawing. Each part is made anew only when what it is made of changed. */
export function useMap(parts: MapParts): KnownMap {
  const { graph, other, incidents, address, room, saved } = parts
  const way = parts.way.lit
  const { layer, site, focus, depth } = address
  const states = useStates(graph, address.at === undefined)
  const both = useMemo(() => (other === undefined ? graph : bothMoments(other, graph)), [graph, other])
  const diff = useMemo(() => (other === undefined ? undefined : graphDiff(other, graph)), [graph, other])
  const view = useMemo(() => graphView(both, { layer, site, focus, depth }), [both, layer, site, focus, depth])
  const tree = useMemo(() => foldTree(view.nodes, view.links, states), [view, states])
  const lasting = address.at === undefined ? incidents : []
  const failed = idsKey(lasting.flatMap(failedDevices))
  const broken = idsKey(lasting.flatMap((one) => (one.cause.link === undefined ? [] : [one.cause.link])))
  const causes = useMemo(() => idsOf(failed), [failed])
  const brokenLinks = useMemo(() => idsOf(broken), [broken])
  const byHand = `${address.opened.join('\n')}\n\n${address.shut.join('\n')}`
  const marks = Math.min(MOST_MARKS, Math.max(LEAST_MARKS, Math.floor((room.width * room.height) / ROOM_PER_MARK)))
  const open = useMemo(() => {
    const urgent = new Set([...causes, ...endsOf(view.links, brokenLinks)])
    // A way is seen step by step.
    const opened = new Set([...address.opened, ...(way?.nodes ?? []).flatMap((id) => tree.groupsOf(id))])
    return foldPlan(tree, { room: marks, urgent, opened, shut: new Set(address.shut) })
  }, [tree, marks, causes, brokenLinks, view, byHand, way])
  const picture = useMemo(() => mapPicture(tree, open), [tree, open])
  const traffic = useTraffic(picture, address.at === undefined)
  const use = useMemo(() => useOf(view.links, traffic), [view, traffic])
  const picked = pickedIn(picture, address.pick)
  const [width, height] = [roughly(room.width), roughly(room.height)]
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
        saved,
        selected: picked,
        way,
      }),
    [picture, width, height, causes, brokenLinks, use, address.vlan, marked, saved, picked, way],
  )
  return { ...view, tree, open, picture, drawing, traffic, use, diff, picked }
}

/** In steps, so that a few pixels more or less move nothing. */
const roughly = (pixels: number): number => Math.max(200, Math.round(pixels / 80) * 80)

/** The device at which a failed link was noticed has not failed itself. */
const failedDevices = ({ kind, cause, failed }: Incident): readonly string[] =>
  kind === 'link' || cause.device === undefined ? failed : [...failed, cause.device]

const idsKey = (ids: readonly string[]): string => [...new Set(ids)].sort().join('\n')
const idsOf = (key: string): ReadonlySet<string> => new Set(key === '' ? [] : key.split('\n'))

const endsOf = (links: readonly TopologyLink[], ids: ReadonlySet<string>): readonly string[] =>
  links.filter((link) => ids.has(link.id)).flatMap((link) => [link.a.node, link.b.node])

/** States of now. The same map while nothing in it changed, for figures of devices change each second. */
function useStates(graph: KnownGraph, present: boolean): ReadonlyMap<string, NodeState> {
  const known = devices.value
  const all = known.kind === 'ready' && present ? known.value : undefined
  const entries = graph.nodes.flatMap((node) => {
    const state = node.device === undefined ? undefined : all?.get(node.device)?.state
    const shown = NODE_STATES.find((one) => one === state)
    return shown === undefined ? [] : [[node.id, shown] as const]
  })
  const key = entries.map(([id, state]) => `${id} ${state}`).join('\n')
  return useMemo(() => new Map(entries), [key])
}

/** Traffic of what is drawn; groups stand for links that nobody sees one by one. */
function useTraffic(picture: MapPicture, present: boolean): Traffic {
  const traffic = useSignal<Traffic>(new Map())
  const drawn = useMemo(() => picture.wires.flatMap((wire) => wire.links), [picture])
  const key = drawn.map((link) => link.id).join('\n')
  const turn = present ? Math.floor(now.value / TRAFFIC_AGAIN_MS) : 0
  useEffect(() => {
    if (!present) {
      traffic.value = new Map()
      return
    }
    const stop = new AbortController()
    const known = devices.peek()
    const ids = new Set(known.kind === 'ready' ? known.value.keys() : [])
    void fetchTraffic(portsOf(drawn, ids), stop.signal).then((figures) => {
      if (!stop.signal.aborted) traffic.value = figures
    })
    return () => stop.abort()
  }, [key, turn, present])
  return traffic.value
}

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
