import type { AgentResource, DeviceTest, EnrolmentAnswer, EnrolmentRequest, EnrolmentToken } from '@eyenet/shared/api'
import type { AgentId, DeviceId, SiteName } from '@eyenet/shared/identity'
import type { Target } from '@eyenet/shared/wire'
import type { Trust } from './agent-trust.ts'
import type { Configuration } from './configuration/configuration.ts'
import type { SigningKeyChanges } from './key-delivery.ts'
import type { Mibs } from './mib-library.ts'
import type { TaskDesk } from './remote-tasks.ts'
import type { SensorChoices } from './sensor-choices.ts'

export type { Trust } from './agent-trust.ts'

export type { Configuration } from './configuration/configuration.ts'
export type { SigningKeyChanges } from './key-delivery.ts'
export type { Mibs } from './mib-library.ts'
export type { TaskDesk } from './remote-tasks.ts'
export type { ChoiceKey, SensorChoices } from './sensor-choices.ts'

/** What the API may ask of the fleet. */
export interface Fleet {
  list(): Promise<readonly AgentResource[]>
  get(id: AgentId): Promise<AgentResource | undefined>
  createEnrolmentToken(wanted: { site: SiteName; name?: string }, by: string): Promise<EnrolmentToken>
  /** EyeNetError `unauthenticated` when the token is unknown, used or expired. */
  enrol(request: EnrolmentRequest): Promise<EnrolmentAnswer>
  /** Forgets the agent and cuts its connection. */
  remove(id: AgentId): Promise<void>
  /** EyeNetError `unavailable` when the agent is not connected or does not reply in time. */
  testTarget(agent: AgentId, target: Target): Promise<DeviceTest>
  /** Adds a device to what the agent watches; one without an id, because it did not answer yet, is given one. */
  watch(agent: AgentId, target: Target): Promise<void>
  unwatch(device: DeviceId): Promise<void>
  readonly trust: Trust
  readonly choices: SensorChoices
  /** What agents should run beside their targets: settings and profiles, as revisions. */
  readonly configuration: Configuration
  /** Adding waits for the agents that are connected, some seconds at most. */
  readonly mibs: Mibs
  readonly signingKeys: SigningKeyChanges
  /** Tools that agents run for people. */
  readonly tasks: TaskDesk
  onChange(listener: (agent: AgentResource) => void): () => void
}
