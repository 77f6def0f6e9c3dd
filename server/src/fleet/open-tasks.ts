import { EyeNetError } from '@eyenet/shared/errors'
import type { AgentId } from '@eyenet/shared/identity'
import type { TaskReply } from '@eyenet/shared/wire'

/** Tasks without a reply that may be open at once, over all agents. */
const MAX_OPEN_TASKS = 1_000

type Open = {
  readonly agent: AgentId
  readonly settle: (reply: TaskReply) => void
  readonly fail: (reason: EyeNetError) => void
  readonly timer: NodeJS.Timeout
}

/** Tasks that agents were asked to do and have not replied to. */
export class OpenTasks {
  readonly #open = new Map<string, Open>()

  /** The reply to this task; EyeNetError `unavailable` when none comes in time. */
  replyTo(task: { readonly id: string; readonly agent: AgentId }, timeoutMs: number): Promise<TaskReply> {
    if (this.#open.size >= MAX_OPEN_TASKS) {
      return Promise.reject(
        new EyeNetError('too_many', `${MAX_OPEN_TASKS} tasks wait for agents; try again in a minute`),
      )
    }
    return new Promise((settle, fail) => {
      const timer = setTimeout(() => {
        const seconds = Math.round(timeoutMs / 1000)
        this.#end(task.id)?.fail(
          new EyeNetError('unavailable', `the agent did not reply within ${seconds} s; see its page`),
        )
      }, timeoutMs)
      this.#open.set(task.id, { agent: task.agent, settle, fail, timer })
    })
  }

  /** Takes a reply. One that nobody waits for, or from another agent than was asked, is dropped: answers false. */
  settle(agent: AgentId, reply: TaskReply): boolean {
    if (this.#open.get(reply.id)?.agent !== agent) return false
    this.#end(reply.id)?.settle(reply)
    return true
  }

  close(): void {
    const stopping = new EyeNetError('unavailable', 'the server is stopping')
    for (const id of [...this.#open.keys()]) this.#end(id)?.fail(stopping)
  }

  #end(id: string): Open | undefined {
    const open = this.#open.get(id)
    this.#open.delete(id)
    clearTimeout(open?.timer)
    return open
  }
}
