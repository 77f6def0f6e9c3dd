import { z } from 'zod'
import { AgentId, DeviceId, EpochMs } from '../identity/identity.ts'
import { AgentResource } from './agent-resource.ts'
import { AlertResource } from './alert-resource.ts'
import { Anomaly } from './anomaly-resource.ts'
import { DeviceSummary } from './device-resource.ts'
import { DiscoveryRun, InboxCounts } from './discovery-resource.ts'
import { Incident, TopologyEvent } from './topology-resource.ts'

/** GET /api/v1/live (WebSocket). The first thing a client sends; a connection without it is closed after 10 s. */
export const LiveHello = z.strictObject({
  kind: z.literal('hello'),
  accessToken: z.string().max(4096),
  /** Where the client was: the feed's id and the last number it saw. Absent on a fresh start. */
  resume: z.strictObject({ feed: z.string().max(64), seq: z.number().int().nonnegative() }).optional(),
})
/** A fresh access token on a connection that stays open. */
export const LiveRenew = z.strictObject({ kind: z.literal('renew'), accessToken: z.string().max(4096) })
export const LiveClientMessage = z.discriminatedUnion('kind', [LiveHello, LiveRenew])
export type LiveClientMessage = z.infer<typeof LiveClientMessage>

const LiveChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alert'), alert: AlertResource }),
  z.object({ kind: z.literal('device'), device: DeviceSummary }),
  z.object({ kind: z.literal('device-removed'), id: DeviceId }),
  z.object({ kind: z.literal('agent'), agent: AgentResource }),
  /** One began, or ended; those of models on trial are not told. */
  z.object({ kind: z.literal('anomaly'), anomaly: Anomaly }),
  /** A search for devices goes on, or the inbox has changed: how much is in it, of all agents. */
  z.object({
    kind: z.literal('discovery'),
    agent: AgentId.optional(),
    run: DiscoveryRun.optional(),
    inbox: InboxCounts,
  }),
  /** One began, changed, or ended. */
  z.object({ kind: z.literal('incident'), incident: Incident }),
  /** A change of the network. Where a number is left out, many came at once: fetch the graph again. */
  z.object({ kind: z.literal('topology'), event: TopologyEvent }),
  /** New samples of these devices are stored up to `at`: charts fetch what they miss. At most one a second. */
  z.object({ kind: z.literal('samples'), devices: z.array(DeviceId), agents: z.array(AgentId), at: EpochMs }),
])
export type LiveChange = z.infer<typeof LiveChange>

/** `resumed: false` means that changes may have been missed: fetch everything again. */
export const LiveServerMessage = z.union([
  z.object({ kind: z.literal('welcome'), feed: z.string(), seq: z.number().int(), resumed: z.boolean() }),
  z.object({ kind: z.literal('change'), seq: z.number().int(), at: EpochMs, change: LiveChange }),
])
export type LiveServerMessage = z.infer<typeof LiveServerMessage>
