import { randomUUID } from 'node:crypto'
import { EyeNetError } from '@eyenet/shared/errors'
import { type AgentId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { type Task, type TaskReply, taskTopic } from '@eyenet/shared/wire'
import type { AgentRow } from '../db/db.ts'
import type { Downlink } from './downlink.ts'
import { OpenTasks } from './open-tasks.ts'

type HeadKey = 'id' | 'agent' | 'at' | 'expiresAt'
type Headless<T> = T extends Task ? Omit<T, HeadKey> : never
/** What an agent is asked to do; who, when and until when are added. */
export type TaskBody = Headless<Task>

export type AgentTasksOptions = {
  readonly downlink: Downlink
  readonly now: () => EpochMs
  readonly send: (topic: string, payload: string, options: { readonly retain: boolean }) => Promise<void>
}

/** Asks agents to do something once, and brings their replies. */
export class AgentTasks {
  readonly #options: AgentTasksOptions
  readonly #open = new OpenTasks()

  constructor(options: AgentTasksOptions) {
    this.#options = options
  }

  /** The reply; EyeNetError `unavailable` when the agent is not connected or none comes in time. */
  async ask(row: AgentRow, body: TaskBody, timeoutMs: number): Promise<TaskReply> {
    return this.begin(row, body, { timeoutMs }).replied
  }

  /** The same for who wants to know the task's id before its reply; the message itself may expire earlier than the wait. */
  begin(
    row: AgentRow,
    body: TaskBody,
    { timeoutMs, validMs = timeoutMs }: { readonly timeoutMs: number; readonly validMs?: number },
  ): { readonly id: string; readonly replied: Promise<TaskReply> } {
    if (row.state !== 'connected') {
      throw new EyeNetError('unavailable', `the agent ${row.name} is not connected; start it, or choose another agent`)
    }
    const now = this.#options.now()
    const task: Task = { ...body, id: randomUUID(), agent: row.id, at: now, expiresAt: epochMs(now + validMs) }
    const replied = this.#open.replyTo(task, timeoutMs)
    // The wait may end while the task is still being sent.
    replied.catch(() => {})
    return { id: task.id, replied: this.#send(row, task).then(() => replied) }
  }

  async #send(row: AgentRow, task: Task): Promise<void> {
    const message = await this.#options.downlink.protect('task', task, row.encryption_key)
    await this.#options.send(taskTopic({ site: row.site, agent: row.id }), message, { retain: false })
  }

  /** False when nobody waits for this reply. */
  settle(agent: AgentId, reply: TaskReply): boolean {
    return this.#open.settle(agent, reply)
  }

  close(): void {
    this.#open.close()
  }
}
