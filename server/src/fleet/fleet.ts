/**
 * Agents: enrolment, desired state, tasks, versions. This room decides what an agent is and should run; it stores no
 * samples and knows nothing of HTTP.
 */
import type { AgentResource, DeviceTest, EnrolmentAnswer, EnrolmentRequest, EnrolmentToken } from '@eyenet/shared/api'
import type { AgentId, DeviceId, SiteName } from '@eyenet/shared/identity'
import type { Target } from '@eyenet/shared/wire'

export interface Fleet {
  list(): Promise<readonly AgentResource[]>
  get(id: AgentId): Promise<AgentResource | undefined>
  createEnrolmentToken(wanted: { site: SiteName; name?: string }, by: string): Promise<EnrolmentToken>
  /** EyeNetError('unauthenticated') when the token is unknown, used or expired. */
  enrol(request: EnrolmentRequest): Promise<EnrolmentAnswer>
  /** Cuts its connection too. */
  remove(id: AgentId): Promise<void>
  /** EyeNetError('unavailable') when the agent is not connected or does not reply. */
  testTarget(agent: AgentId, target: Target): Promise<DeviceTest>
  /** Adds to the desired state. */
  watch(agent: AgentId, target: Target): Promise<void>
  unwatch(device: DeviceId): Promise<void>
  /** Answers a function that ends the listening. */
  onChange(listener: (agent: AgentResource) => void): () => void
}
