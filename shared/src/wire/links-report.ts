import { z } from 'zod'
import { DeviceId, EpochMs, OutboxEpoch } from '../identity/identity.ts'

const text = (max: number) => z.string().max(max)
/** The stable name of an interface of the device, as in its facts. */
const Port = text(255)

/** Bounds of one report; what is beyond is cut, and `truncated` names the part. */
export const MAX_LINKS = {
  neighbors: 2_000,
  ports: 4_000,
  bundles: 1_000,
  /** Addresses in the forwarding table, over all groups. */
  forwarding: 20_000,
  arp: 10_000,
  addresses: 2_000,
  peers: 1_000,
  identifiers: 64,
  gateways: 16,
} as const

/** Who is heard at a port by LLDP, CDP, FDP or EDP. Identifiers are as the other end writes them; addresses of stations in lower-case hex with colons. */
export const HeardNeighbor = z.object({
  protocol: z.enum(['lldp', 'cdp', 'fdp', 'edp']),
  port: Port.optional(),
  remoteSysName: text(255),
  remotePort: text(255),
  remotePortDescr: text(255).optional(),
  remoteChassisId: text(255).optional(),
  remoteAddress: text(64).optional(),
  remoteSysDescr: text(500).optional(),
  /** bridge, router, wlanAccessPoint, telephone, stationOnly ... */
  capabilities: z.array(text(32)).max(16).optional(),
})
export type HeardNeighbor = z.infer<typeof HeardNeighbor>

/** A port of a bridge in the spanning tree, and whose messages rule on its cable: the bridge's own or those that it hears. */
export const BridgePort = z.object({
  port: Port,
  state: text(16).optional(),
  /** Priority and address, as the root's. */
  designatedBridge: text(32).optional(),
  /** Priority and number of that bridge's port, as that bridge numbers its ports in the tree. */
  designatedPort: z.number().int().min(0).max(65_535).optional(),
})
export type BridgePort = z.infer<typeof BridgePort>

/** The spanning tree as this bridge sees it, and its ports. */
export const BridgeFacts = z.object({
  address: text(32).optional(),
  priority: z.number().int().optional(),
  /** Priority and address of the root, as `8000-00:00:5e:00:53:01`; absent where there is no tree. */
  root: text(32).optional(),
  rootCost: z.number().int().optional(),
  rootPort: Port.optional(),
  ports: z.array(BridgePort).max(MAX_LINKS.ports),
})
export type BridgeFacts = z.infer<typeof BridgeFacts>

/** Stations behind one port in one VLAN (0: not told): their addresses one after the other, 12 lower-case hex digits each. */
export const ForwardingGroup = z.object({
  port: Port,
  vlan: z.number().int().min(0).max(4_095),
  macs: z
    .string()
    .regex(/^(?:[0-9a-f]{12})*$/)
    .max(12 * MAX_LINKS.forwarding),
})
export type ForwardingGroup = z.infer<typeof ForwardingGroup>

/**
 * What a device tells of its links. Sent when a part changes and daily; a part that is absent is as it was last told, one
 * that is empty is empty.
 */
export const LinksReport = z.object({
  kind: z.literal('links'),
  epoch: OutboxEpoch,
  seq: z.number().int().nonnegative(),
  at: EpochMs,
  device: DeviceId,
  /** By what others know it: chassis id, base address of the bridge. Addresses in lower-case hex with colons. */
  identifiers: z.array(text(255)).max(MAX_LINKS.identifiers).optional(),
  neighbors: z.array(HeardNeighbor).max(MAX_LINKS.neighbors).optional(),
  bridge: BridgeFacts.optional(),
  /** Interfaces that run together as one. */
  bundles: z
    .array(z.object({ port: Port, members: z.array(Port).max(64) }))
    .max(MAX_LINKS.bundles)
    .optional(),
  forwarding: z.array(ForwardingGroup).max(MAX_LINKS.forwarding).optional(),
  arp: z
    .array(z.object({ ip: text(64), mac: text(32), port: Port.optional() }))
    .max(MAX_LINKS.arp)
    .optional(),
  addresses: z
    .array(z.object({ ip: text(64), prefixLength: z.number().int().min(0).max(128).optional(), port: Port.optional() }))
    .max(MAX_LINKS.addresses)
    .optional(),
  /** Where the device sends what is for nobody near: told of an agent's own machine. */
  gateways: z
    .array(z.object({ ip: text(64), port: Port.optional() }))
    .max(MAX_LINKS.gateways)
    .optional(),
  vlans: z
    .array(z.object({ id: z.number().int(), name: text(255) }))
    .max(4_094)
    .optional(),
  routing: z
    .object({
      bgp: z.array(z.object({ peer: text(64), remoteAs: z.number(), state: text(32).optional() })).max(MAX_LINKS.peers),
      ospf: z.array(z.object({ neighbor: text(64), routerId: text(64), state: text(32) })).max(MAX_LINKS.peers),
    })
    .optional(),
  truncated: z.array(text(32)).max(16),
})
export type LinksReport = z.infer<typeof LinksReport>
