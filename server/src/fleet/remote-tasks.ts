import type { AgentTask, NewAgentTask } from '@eyenet/shared/api'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import type { SnmpWhom, TaskReply } from '@eyenet/shared/wire'
import type { AgentRow } from '../db/db.ts'
import type { AgentTasks } from './agent-tasks.ts'

/** What the API may ask of tasks for people. */
export interface TaskDesk {
  /** Sends it; `ended` never rejects. EyeNetError `unavailable`, or `conflict` for an agent that is too old. */
  start(agent: AgentId, task: NewAgentTask, by: string): Promise<{ task: AgentTask; ended: Promise<AgentTask> }>
  get(agent: AgentId, id: string): AgentTask | undefined
  /** Newest first. */
  list(agent: AgentId): readonly AgentTask[]
  /** The agent ends it and replies with what it has. EyeNetError `not_found` for one that does not run. */
  cancel(agent: AgentId, id: string): Promise<void>
}

export type RemoteTasksOptions = {
  readonly tasks: AgentTasks
  readonly rowOf: (agent: AgentId) => Promise<AgentRow>
  readonly now: () => EpochMs
}

/** Kept after their end, over all agents; a reply has up to 64 KB. */
const MAX_KEPT = 200
const KEPT_MS = 15 * 60_000
/** Under way at one agent, as the agent has it. */
const MAX_RUNNING = 4
/** The way to the agent and back, beside the task's own time limit. */
const TRAVEL_MS = 20_000
const POLL_NOW_MS = 10_000
const CANCEL_MS = 10_000

/** Tasks that people have asked for: how far they are and what came of them. */
export class RemoteTasks implements TaskDesk {
  readonly #options: RemoteTasksOptions
  readonly #tasks = new Map<string, AgentTask>()
  /** Kinds that each agent knows; at most one entry per agent. */
  readonly #kinds = new Map<AgentId, ReadonlySet<string>>()

  constructor(options: RemoteTasksOptions) {
    this.#options = options
  }

  async start(agent: AgentId, wanted: NewAgentTask, by: string) {
    const { tasks, rowOf, now } = this.#options
    const row = await rowOf(agent)
    this.#admit(row, wanted.kind)
    const limitMs = wanted.kind === 'poll-now' ? POLL_NOW_MS : wanted.timeoutMs
    const { id, replied } = tasks.begin(row, wanted, { timeoutMs: limitMs + TRAVEL_MS, validMs: TRAVEL_MS })
    const task: AgentTask = {
      ...{ id, agent, kind: wanted.kind, about: aboutOf(wanted) },
      ...{ by, at: now(), state: 'running' as const },
    }
    this.#tasks.set(id, task)
    const ended = replied.then(
      (reply) => this.#end(id, outcomeOf(reply)),
      (thrown: unknown) => this.#end(id, { state: 'failed', problem: messageOf(thrown) }),
    )
    return { task, ended }
  }

  get(agent: AgentId, id: string): AgentTask | undefined {
    const task = this.#tasks.get(id)
    return task?.agent === agent ? task : undefined
  }

  list(agent: AgentId): readonly AgentTask[] {
    this.#forgetOld()
    return [...this.#tasks.values()].filter((one) => one.agent === agent).reverse()
  }

  async cancel(agent: AgentId, id: string): Promise<void> {
    const task = this.get(agent, id)
    if (task?.state !== 'running') throw new EyeNetError('not_found', 'no task of that id runs at this agent')
    const row = await this.#options.rowOf(agent)
    await this.#options.tasks.ask(row, { kind: 'cancel', task: id }, CANCEL_MS)
  }

  /** What an agent says that it can do. */
  heard(agent: AgentId, kinds: readonly string[]): void {
    this.#kinds.set(agent, new Set(kinds))
  }

  forget(agent: AgentId): void {
    this.#kinds.delete(agent)
  }

  /** True for a reply that only says how far a task is. */
  progress(agent: AgentId, reply: TaskReply): boolean {
    if (reply.kind !== 'progress') return false
    const task = this.get(agent, reply.id)
    if (task?.state === 'running') {
      this.#tasks.set(task.id, { ...task, progress: { done: reply.done, at: reply.at } })
    }
    return true
  }

  #admit(row: AgentRow, kind: NewAgentTask['kind']): void {
    this.#forgetOld()
    if (row.state === 'connected' && kind !== 'poll-now' && this.#kinds.get(row.id)?.has(kind) !== true) {
      throw new EyeNetError('conflict', `the agent ${row.name} (version ${row.version}) cannot do this; update it`)
    }
    const running = [...this.#tasks.values()].filter((one) => one.agent === row.id && one.state === 'running').length
    if (running >= MAX_RUNNING) {
      throw new EyeNetError('too_many', `${running} tasks run at ${row.name} already; wait until one has ended`)
    }
  }

  #end(id: string, outcome: Pick<AgentTask, 'state' | 'problem' | 'result'>): AgentTask {
    const task = this.#tasks.get(id)
    if (task === undefined) throw new Error('a task that runs is never forgotten')
    const ended = { ...task, ...outcome, endedAt: this.#options.now() }
    // At the end of the map: the oldest end goes first.
    this.#tasks.delete(id)
    this.#tasks.set(id, ended)
    this.#forgetOld()
    return ended
  }

  #forgetOld(): void {
    const ended = [...this.#tasks.values()].filter((one) => one.state !== 'running')
    const tooMany = ended.length - MAX_KEPT
    for (const [place, { id, endedAt = 0 }] of ended.entries()) {
      if (place < tooMany || endedAt + KEPT_MS < this.#options.now()) this.#tasks.delete(id)
    }
  }
}

function outcomeOf(reply: TaskReply): Pick<AgentTask, 'state' | 'problem' | 'result'> {
  switch (reply.kind) {
    case 'ping':
    case 'traceroute':
    case 'snmp-get':
    case 'snmp-walk':
    case 'diagnose':
    case 'poll-now': {
      const { id: _id, ...result } = reply
      return { state: 'done', result }
    }
    case 'refused':
      return { state: 'failed', problem: `the agent refused it: ${reply.reason}` }
    default:
      return { state: 'failed', problem: 'the agent replied to something else' }
  }
}

/** For lists and the audit log; never a credential. */
function aboutOf(task: NewAgentTask): string {
  switch (task.kind) {
    case 'ping':
    case 'traceroute':
      return task.address
    case 'snmp-get':
      return `${task.oids.slice(0, 3).join(', ')}${task.oids.length > 3 ? ', ...' : ''} of ${whomOf(task.whom)}`
    case 'snmp-walk':
      return `${task.from} of ${whomOf(task.whom)}`
    case 'diagnose':
      return 'the agent itself'
    case 'poll-now':
      return task.device
  }
}

const whomOf = (whom: SnmpWhom): string => ('device' in whom ? whom.device : whom.address)
