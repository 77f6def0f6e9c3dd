import type { Task, TaskReply } from '@eyenet/shared/wire'
import { askSnmp } from './ask-snmp.ts'
import { reachTasks } from './reach-tasks.ts'
import type { RemoteParts, RemoteTask } from './remote-parts.ts'
import { TaskRun } from './task-run.ts'

/** Under way at a time: people wait for them, and polls come first. */
const MAX_RUNNING = 4

/** Runs tasks, each within its bounds. */
export class RemoteTasks {
  readonly #parts: RemoteParts
  readonly #running = new Map<string, TaskRun>()

  constructor(parts: RemoteParts) {
    this.#parts = parts
  }

  async run(task: RemoteTask): Promise<TaskReply> {
    if (this.#running.size >= MAX_RUNNING) {
      return { kind: 'refused', id: task.id, reason: `${MAX_RUNNING} tasks run here already; wait until one has ended` }
    }
    const run = new TaskRun(this.#parts.clock, task.timeoutMs)
    this.#running.set(task.id, run)
    try {
      return await this.#do(task, run)
    } finally {
      run.end()
      this.#running.delete(task.id)
    }
  }

  cancel({ id, task }: Extract<Task, { kind: 'cancel' }>): TaskReply {
    const run = this.#running.get(task)
    run?.cancel()
    return { kind: 'cancel', id, ok: run !== undefined }
  }

  close(): void {
    for (const run of this.#running.values()) run.cancel()
  }

  #do(task: RemoteTask, run: TaskRun): Promise<TaskReply> {
    switch (task.kind) {
      case 'ping':
        return reachTasks.ping(task, run, this.#parts)
      case 'traceroute':
        return reachTasks.traceroute(task, run, this.#parts)
      case 'snmp-get':
      case 'snmp-walk':
        return askSnmp(task, run, this.#parts)
      case 'diagnose':
        return Promise.resolve({
          ...{ kind: 'diagnose', id: task.id, ended: 'whole', message: '' },
          diagnosis: this.#parts.diagnose(),
        })
    }
  }
}
