import type { AgentTask, NewAgentTask } from '@eyenet/shared/api'
import type { AgentId } from '@eyenet/shared/identity'
import { z } from 'zod'
import type { Actor, Audit } from '../../auth/auth.ts'
import type { Fleet } from '../../fleet/fleet.ts'

/** How long a request waits for a task; a longer one is asked for again. */
const MAX_WAIT_SECONDS = 25
export const WaitQuery = z.object({ waitSeconds: z.coerce.number().min(0).max(MAX_WAIT_SECONDS).default(10) })

export type TaskDeps = { readonly fleet: Pick<Fleet, 'tasks'>; readonly audit: Audit }

type Wanted = {
  readonly agent: AgentId
  readonly wanted: NewAgentTask
  readonly actor: Actor
  readonly waitSeconds: number
}

/** Asks an agent, and waits so long; the task as it is then. Who asked what, and how it ended, is in the audit log. */
export async function startTask(
  { fleet, audit }: TaskDeps,
  { agent, wanted, actor, waitSeconds }: Wanted,
): Promise<AgentTask> {
  const { task, ended } = await fleet.tasks.start(agent, wanted, actor.name)
  const subject = `${task.kind}: ${task.about}, at agent ${agent}`
  await audit.record(actor, 'agent.task', subject)
  const audited = ended.then(async (one) => {
    await audit.record(actor, 'agent.task-ended', `${subject}: ${endOf(one)}`)
    return one
  })
  const done = await withinSeconds(waitSeconds, audited)
  if (done !== undefined) return done
  audited.catch(() => {})
  return fleet.tasks.get(agent, task.id) ?? task
}

function endOf({ state, problem, result }: AgentTask): string {
  if (result === undefined) return problem ?? state
  return 'ended' in result ? result.ended : result.message
}

/** undefined when it takes longer. */
async function withinSeconds<T>(seconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000, undefined)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
