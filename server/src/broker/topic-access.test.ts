import { AgentId, SiteName } from '@eyenet/shared/identity'
import {
  ackTopic,
  certificateTopic,
  desiredTopic,
  LANES,
  laneTopic,
  renewalTopic,
  replyTopic,
  statusTopic,
  taskTopic,
} from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { type MqttIdentity, maySubscribe, publishable } from './topic-access.ts'

const own = { site: SiteName.parse('home'), agent: AgentId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11') }
const other = { site: SiteName.parse('home'), agent: AgentId.parse('11111111-6b7a-4a53-9c5b-0d5c3c9f8a11') }
const elsewhere = { ...own, site: SiteName.parse('branch') }

const identities: Readonly<Record<string, MqttIdentity>> = {
  agent: { kind: 'agent', ...own },
  integration: { kind: 'integration', name: 'dashboard' },
}

const up = (peer: typeof own) => [
  statusTopic(peer),
  replyTopic(peer),
  renewalTopic(peer),
  ...LANES.map((lane) => laneTopic(peer, lane)),
]
const down = (peer: typeof own) => [ackTopic(peer), desiredTopic(peer), taskTopic(peer), certificateTopic(peer)]
const publicFilters = [
  'eyenet/v1/public/#',
  'eyenet/v1/public/alerts/+',
  'eyenet/v1/public/devices/6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11',
]
const hostile = [
  '#',
  '+/#',
  'eyenet/#',
  'eyenet/v1/#',
  'eyenet/v1/+/#',
  'eyenet/v1/home/#',
  `eyenet/v1/home/${own.agent}/#`,
  `eyenet/v1/home/${own.agent}/up/+`,
  `eyenet/v1/home/${own.agent}/down/+`,
  `eyenet/v1/+/${own.agent}/down/ack`,
  `eyenet/v1/home/${own.agent}/up/samples/more`,
  `eyenet/v1/home/${own.agent}/status/`,
  `eyenet/v1/home/${own.agent.toUpperCase()}/up/other`,
  `eyenet/v2/home/${own.agent}/up/samples`,
  'eyenet/v1/public',
  'eyenet/v1/publicity/#',
  '$SYS/#',
  '$share/group/eyenet/v1/public/#',
  '$eyenet/nowhere',
  '',
  '/',
  '\u0000',
]
const everything = [own, other, elsewhere].flatMap((peer) => [...up(peer), ...down(peer)])
const all = [...everything, ...publicFilters, ...hostile]

/** Everything that is allowed; what is not in here is not. */
const allowed: Readonly<Record<string, { publish: readonly string[]; subscribe: readonly string[] }>> = {
  agent: { publish: up(own), subscribe: down(own) },
  integration: { publish: [], subscribe: publicFilters },
}

for (const [name, identity] of Object.entries(identities)) {
  test(`an ${name} may publish to what is listed and nothing else`, () => {
    expect(all.filter((topic) => publishable(identity, topic) !== undefined)).toEqual(allowed[name]?.publish)
  })

  test(`an ${name} may subscribe to what is listed and nothing else`, () => {
    expect(all.filter((filter) => maySubscribe(identity, filter))).toEqual(allowed[name]?.subscribe)
  })
}
