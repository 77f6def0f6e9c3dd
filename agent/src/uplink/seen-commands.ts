import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EpochMs, epochMs } from '@eyenet/shared/identity'
import type { Task } from '@eyenet/shared/wire'
import { z } from 'zod'
import { writeWhole } from './identity-file.ts'
import { type Refused, refusedAs } from './refusal.ts'

/** Tasks that were taken and are not expired by the server's clock; more at a time are refused. */
const MAX_TASKS = 200
/** Tasks overtake each other by no more than this. */
const OVERTAKING_MS = 30_000

const Seen = z.object({
  /** The newest time that the server put on a task. */
  newest: EpochMs,
  /** The highest revision of a desired state. */
  revision: z.number().int().nonnegative(),
  tasks: z.array(z.tuple([z.string().max(64), EpochMs])).max(MAX_TASKS),
})

/**
 * What was obeyed before, on disk, so that nothing is obeyed twice, also over a restart. It goes by the times that the
 * server put on its tasks: a clock of this machine that jumps forgets nothing.
 */
export class SeenCommands {
  readonly #file: string
  readonly #onProblem: (thrown: unknown) => void
  readonly #tasks: Map<string, EpochMs>
  #newest: EpochMs
  #revision: number

  constructor(dataDir: string, onProblem: (thrown: unknown) => void) {
    this.#file = join(dataDir, 'commands.json')
    this.#onProblem = onProblem
    const kept = readSeen(this.#file)
    this.#tasks = new Map(kept?.tasks)
    this.#newest = kept?.newest ?? epochMs(0)
    this.#revision = kept?.revision ?? 0
  }

  /** No older desired state runs. */
  get revision(): number {
    return this.#revision
  }

  reached(revision: number): void {
    if (revision <= this.#revision) return
    this.#revision = revision
    this.#keep()
  }

  /** undefined where the task may be done; from then on it may not. */
  take({ id, at, expiresAt }: Pick<Task, 'id' | 'at' | 'expiresAt'>): Refused | undefined {
    if (this.#tasks.has(id) || expiresAt + OVERTAKING_MS < this.#newest) {
      return refusedAs('replayed', 'it was done before')
    }
    if (at > this.#newest) this.#newest = at
    for (const [known, end] of this.#tasks) if (end + OVERTAKING_MS < this.#newest) this.#tasks.delete(known)
    if (this.#tasks.size >= MAX_TASKS) return refusedAs('too_many', 'too many tasks at once')
    this.#tasks.set(id, expiresAt)
    this.#keep()
    return undefined
  }

  #keep(): void {
    const seen: z.infer<typeof Seen> = { newest: this.#newest, revision: this.#revision, tasks: [...this.#tasks] }
    try {
      writeWhole(this.#file, JSON.stringify(seen))
    } catch (thrown) {
      // On a full disk the operator needs tasks most; until a restart nothing is forgotten.
      this.#onProblem(thrown)
    }
  }
}

function readSeen(file: string): z.infer<typeof Seen> | undefined {
  try {
    return Seen.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch {
    return undefined
  }
}
