import type { AppliedRevision, DesiredState, RejectedRevision } from '@eyenet/shared/wire'
import { Commands } from './commands.ts'
import type { AgentIdentity } from './identity-file.ts'

export type KeptDesired = {
  readonly state?: DesiredState
  readonly applied?: AppliedRevision
  readonly rejected?: RejectedRevision
}

/** What the agent of a data folder runs on its server's word; it is only looked at. */
export async function keptDesired(identity: AgentIdentity, dataDir: string): Promise<KeptDesired> {
  const commands = new Commands(identity, dataDir)
  const opened = await commands.look()
  return { ...commands.report, ...(opened.kind === 'accepted' && { state: opened.value }) }
}
