import type { AgentId, SiteName } from '@eyenet/shared/identity'
import {
  ackTopic,
  certificateTopic,
  desiredTopic,
  keysTopic,
  PUBLIC_TOPICS,
  parseUpTopic,
  taskTopic,
  type UpTopic,
} from '@eyenet/shared/wire'

/** Who is at the other end of an MQTT connection. */
export type MqttIdentity =
  | { readonly kind: 'agent'; readonly agent: AgentId; readonly site: SiteName }
  | { readonly kind: 'integration'; readonly name: string }

/** The topic that this identity may publish to, parsed; undefined for everything that is not listed. */
export function publishable(identity: MqttIdentity, topic: string): UpTopic | undefined {
  if (identity.kind !== 'agent') return undefined
  const up = parseUpTopic(topic)
  return up !== undefined && up.agent === identity.agent && up.site === identity.site ? up : undefined
}

/** Whether this identity may subscribe to the filter. Agents: their own downward topics; others: what is public. */
export function maySubscribe(identity: MqttIdentity, filter: string): boolean {
  switch (identity.kind) {
    case 'agent':
      return [ackTopic, desiredTopic, keysTopic, taskTopic, certificateTopic].some(
        (topic) => topic(identity) === filter,
      )
    case 'integration':
      return filter === PUBLIC_TOPICS || filter.startsWith(PUBLIC_PREFIX)
  }
}

const PUBLIC_PREFIX = PUBLIC_TOPICS.slice(0, -1)
