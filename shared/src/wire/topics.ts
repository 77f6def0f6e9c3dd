import type { AgentId, SiteName } from '../identity/identity.ts'
import { AgentId as AgentIdSchema, SiteName as SiteNameSchema } from '../identity/identity.ts'

/** Upward lanes in order of priority: what comes first is sent first. */
export const LANES = ['events', 'facts', 'samples', 'backfill'] as const
export type Lane = (typeof LANES)[number]

/** Who sends or receives. */
export type Peer = { readonly site: SiteName; readonly agent: AgentId }

const ROOT = 'eyenet/v1'

const base = ({ site, agent }: Peer): string => `${ROOT}/${site}/${agent}`

export const statusTopic = (peer: Peer): string => `${base(peer)}/status`
export const laneTopic = (peer: Peer, lane: Lane): string => `${base(peer)}/up/${lane}`
export const replyTopic = (peer: Peer): string => `${base(peer)}/up/reply`
export const ackTopic = (peer: Peer): string => `${base(peer)}/down/ack`
export const desiredTopic = (peer: Peer): string => `${base(peer)}/down/desired`
/** Which keys sign what this agent is told. */
export const keysTopic = (peer: Peer): string => `${base(peer)}/down/keys`
export const taskTopic = (peer: Peer): string => `${base(peer)}/down/task`
/** A request for a new certificate, signed by the key of the present one. */
export const renewalTopic = (peer: Peer): string => `${base(peer)}/up/renewal`
/** The certificate that was asked for, or why there is none. */
export const certificateTopic = (peer: Peer): string => `${base(peer)}/down/certificate`

export const publicAlertTopic = (alert: string): string => `${ROOT}/public/alerts/${alert}`
export const publicDeviceTopic = (device: string): string => `${ROOT}/public/devices/${device}`
export const PUBLIC_TOPICS = `${ROOT}/public/#`

export type UpTopic = Peer & { readonly kind: 'status' | 'reply' | 'renewal' | Lane }

/** The sender and kind of an upward topic; undefined for any other topic. */
export function parseUpTopic(topic: string): UpTopic | undefined {
  const [root, version, site, agent, direction, kind, ...rest] = topic.split('/')
  if (`${root}/${version}` !== ROOT || rest.length > 0) return undefined
  const parsedSite = SiteNameSchema.safeParse(site)
  const parsedAgent = AgentIdSchema.safeParse(agent)
  if (!parsedSite.success || !parsedAgent.success) return undefined
  const peer = { site: parsedSite.data, agent: parsedAgent.data }
  if (direction === 'status' && kind === undefined) return { ...peer, kind: 'status' }
  if (direction !== 'up') return undefined
  if (kind === 'reply' || kind === 'renewal') return { ...peer, kind }
  const lane = LANES.find((one) => one === kind)
  return lane === undefined ? undefined : { ...peer, kind: lane }
}
