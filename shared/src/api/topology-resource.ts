import { z } from 'zod'
import { DeviceId, EpochMs, SiteName } from '../identity/identity.ts'
import { DeviceRole } from '../roles/roles.ts'
import { DeviceState } from './device-resource.ts'

/**
 * A node of the graph. `unmanaged`: a switch that nobody asks, which must be there; `heard`: a neighbour that is not in the
 * inventory; `segment`: a network that several devices share (layer 3).
 */
export const TopologyNode = z.object({
  /** The device's id; `unmanaged:...`, `heard:...`, `segment:...` for the rest. Stable as long as it is the same. */
  id: z.string(),
  kind: z.enum(['device', 'unmanaged', 'heard', 'segment']),
  device: DeviceId.optional(),
  name: z.string(),
  site: SiteName.optional(),
  role: DeviceRole,
  /** Rack, room or place within the site (sysLocation); empty where it is not told. */
  place: z.string(),
  /** How the device is; told with the graph of now alone. */
  state: DeviceState.optional(),
})
export type TopologyNode = z.infer<typeof TopologyNode>

export const EVIDENCE_KINDS = [
  'lldp',
  'cdp',
  'fdp',
  'edp',
  'fdb',
  'stp',
  'lag',
  'arp',
  'subnet',
  'ospf',
  'bgp',
] as const

/** Why a link is believed. */
export const LinkEvidence = z.object({
  kind: z.enum(EVIDENCE_KINDS),
  /** Who says so. */
  device: DeviceId,
  port: z.string().optional(),
  /** One sentence for people. */
  text: z.string(),
  /** When it was told last. */
  at: EpochMs,
})
export type LinkEvidence = z.infer<typeof LinkEvidence>

export const LinkEnd = z.object({
  node: z.string(),
  /** The stable name of the interface where the node is a device, else what the other end says; absent where nobody knows. */
  port: z.string().optional(),
})
export type LinkEnd = z.infer<typeof LinkEnd>

export const LINK_STATES = ['up', 'down', 'blocked', 'lost', 'unknown'] as const

/** One link, `a` before `b` by node and port. Parallel links are links of their own; members of a bundle are folded. */
export const TopologyLink = z.object({
  id: z.string(),
  layer: z.enum(['l2', 'l3']),
  kind: z.enum(['ethernet', 'bundle', 'wireless', 'subnet', 'ospf', 'bgp']),
  a: LinkEnd,
  b: LinkEnd,
  /** Of a bundle: the cables in it. */
  members: z.array(z.object({ a: z.string().optional(), b: z.string().optional() })),
  /** 0 to 1; below 0.7 it is drawn as doubtful. */
  confidence: z.number().min(0).max(1),
  evidence: z.array(LinkEvidence),
  /** down: a port of it is down; blocked: by the spanning tree; lost: nobody tells of it any more. */
  state: z.enum(LINK_STATES),
  /** VLANs that are known to pass. */
  vlans: z.array(z.number().int()),
  /** Bits per second of the slower end, over all members. */
  speedBps: z.number().optional(),
  /** Since when it is in this place. */
  since: EpochMs,
})
export type TopologyLink = z.infer<typeof TopologyLink>

/** The network at a moment. */
export const TopologyGraph = z.object({
  at: EpochMs,
  /** Number of the last event that is in it. */
  seq: z.number().int().nonnegative(),
  nodes: z.array(TopologyNode),
  links: z.array(TopologyLink),
  /** VLANs by number. */
  vlans: z.array(z.object({ id: z.number().int(), name: z.string() })),
})
export type TopologyGraph = z.infer<typeof TopologyGraph>

export const TOPOLOGY_EVENT_KINDS = [
  'node-added',
  'node-changed',
  'node-removed',
  'link-added',
  'link-changed',
  'link-lost',
  'link-removed',
  'neighbor-moved',
  'root-bridge-changed',
  'endpoint-new',
  'endpoint-moved',
] as const
export const TopologyEventKind = z.enum(TOPOLOGY_EVENT_KINDS)
export type TopologyEventKind = z.infer<typeof TopologyEventKind>

/** One change, with its time and why. */
export const TopologyEvent = z.object({
  seq: z.number().int().positive(),
  at: EpochMs,
  kind: TopologyEventKind,
  /** One sentence for people: "access-3 Gi1/0/1 moved from ap-1 to ups-1". */
  text: z.string(),
  /** What made it known: "links of access-3", "removed by admin". */
  cause: z.string(),
  devices: z.array(DeviceId),
  node: TopologyNode.optional(),
  /** The link as it is now (added, changed, moved), or as it was (lost, removed). */
  link: TopologyLink.optional(),
  /** Of a neighbour that moved: the link that was. */
  before: TopologyLink.optional(),
  /** The end that stayed of a link that moved; where a station is. */
  port: LinkEnd.optional(),
  /** Of events of stations. */
  mac: z.string().optional(),
})
export type TopologyEvent = z.infer<typeof TopologyEvent>

const changesOf = <T extends z.ZodType>(one: T) =>
  z.object({ added: z.array(one), removed: z.array(one), changed: z.array(z.object({ before: one, after: one })) })

/** GET /api/v1/topology/diff: what is other at `to` than it was at `from`. */
export const TopologyDiff = z.object({
  from: EpochMs,
  to: EpochMs,
  nodes: changesOf(TopologyNode),
  links: changesOf(TopologyLink),
  /** Changes on the way, all kinds, also those that were undone. */
  events: z.number().int().nonnegative(),
})
export type TopologyDiff = z.infer<typeof TopologyDiff>

/** GET /api/v1/topology/history: from when on the graph can be rebuilt; absent while nothing was told. */
export const TopologyHistory = z.object({ from: EpochMs.optional(), events: z.number().int().nonnegative() })
export type TopologyHistory = z.infer<typeof TopologyHistory>

/** GET /api/v1/alerts/{id}/changes: what changed in the network around an alert, nearest to its device first. */
export const AlertChanges = z.object({
  from: EpochMs,
  to: EpochMs,
  items: z.array(
    z.object({
      event: TopologyEvent,
      /** Links between the alert's device and the change; absent where no way is known. */
      hops: z.number().int().nonnegative().optional(),
    }),
  ),
  /** More changed than is listed. */
  truncated: z.boolean(),
})
export type AlertChanges = z.infer<typeof AlertChanges>

/** Bounds the places of one view. */
export const MAX_POSITIONS = 5_000

const Places = z.record(z.string().max(300), z.object({ x: z.number(), y: z.number() }))

/** GET /api/v1/topology/positions: where people put nodes, by the node's id; one set for each named view. */
export const TopologyPositions = z.object({
  positions: Places,
  /** Of the save that they are from; 0 where there are none. Absent from servers that do not count. */
  revision: z.number().int().nonnegative().optional(),
})
export type TopologyPositions = z.infer<typeof TopologyPositions>

/** PUT /api/v1/topology/positions: all places of the view. */
export const NewTopologyPositions = z.object({
  positions: Places,
  /** The revision that they were made from: 409 where somebody has saved since. Without it nothing is compared. */
  base: z.number().int().nonnegative().optional(),
})
export type NewTopologyPositions = z.infer<typeof NewTopologyPositions>

/** GET /api/v1/endpoints: a station seen behind a port. */
export const Endpoint = z.object({
  /** Lower-case hex with colons. */
  mac: z.string(),
  /** Who made its adapter; `random or local` where the address is chosen, empty where nobody is known to have it. */
  vendor: z.string(),
  ips: z.array(z.string()),
  name: z.string(),
  /** The port that is nearest to it; absent while nobody knows. */
  device: DeviceId.optional(),
  deviceName: z.string().optional(),
  port: z.string().optional(),
  vlan: z.number().int().optional(),
  firstSeenAt: EpochMs,
  lastSeenAt: EpochMs,
  /** Where it was before, newest first. */
  before: z.array(z.object({ device: DeviceId, port: z.string(), from: EpochMs, to: EpochMs })),
})
export type Endpoint = z.infer<typeof Endpoint>

/** GET /api/v1/incidents: one failure, and what is only unreachable behind it. */
export const Incident = z.object({
  id: z.string(),
  site: SiteName,
  kind: z.enum(['device', 'link', 'power', 'agent-line']),
  /** The device, `DEVICE PORT`, the place, or the agent. */
  cause: z.object({
    device: DeviceId.optional(),
    port: z.string().optional(),
    link: z.string().optional(),
    text: z.string(),
  }),
  /** What else explains the same: a link and the device behind it look alike from outside. */
  or: z.array(z.string()),
  since: EpochMs,
  endedAt: EpochMs.optional(),
  /** Devices that failed themselves (more than one where power did). */
  failed: z.array(DeviceId),
  /** Devices that cannot be reached because of it. */
  behind: z.array(DeviceId),
  /** Why it is believed, one sentence each. */
  evidence: z.array(z.string()),
  /** What the device told once it answered again, where a device and its link had looked alike: which of the two it was. */
  afterwards: z.object({ failed: z.enum(['device', 'link']), text: z.string() }).optional(),
})
export type Incident = z.infer<typeof Incident>

/** GET /api/v1/topology/path */
export const TopologyPath = z.object({
  from: z.string(),
  to: z.string(),
  /** Nodes and links in turn, as ids; empty where there is no way. */
  hops: z.array(z.object({ node: z.string(), link: z.string().optional() })),
  /** Nodes and links that every way has. */
  cuts: z.array(z.string()),
  /**
   * networks: part of the way is a network that several share, and who is cabled to whom in it is not known. Absent where
   * there is no way, and from servers that did not tell.
   */
  over: z.enum(['cables', 'networks']).optional(),
})
export type TopologyPath = z.infer<typeof TopologyPath>
