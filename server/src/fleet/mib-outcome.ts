import type { TaskReply } from '@eyenet/shared/wire'
import { z } from 'zod'

/** An agent that did not reply so often is not asked again until it has another version, or the file is given again. */
export const MAX_ATTEMPTS = 3

/** Kept of a reply for each file, since an agent may say much and a library has thousands of files. */
const MAX_PROBLEMS = 20
const MAX_PROBLEM_LENGTH = 300
const MAX_MODULES = 50

/** What one agent made of one file. */
export const MibOutcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('compiled'),
    ok: z.boolean(),
    /** Of all files that were sent together: the reply does not tell them apart. */
    modules: z.array(z.string()),
    objects: z.number(),
    problems: z.array(z.string()),
  }),
  z.object({ kind: z.literal('refused'), reason: z.string() }),
])
export type MibOutcome = z.infer<typeof MibOutcome>

/** What a reply to several files says of one: its own problems, and those that name none of them. */
export function outcomeOf(reply: TaskReply, name: string, names: readonly string[]): MibOutcome {
  if (reply.kind === 'refused') return { kind: 'refused', reason: reply.reason }
  if (reply.kind !== 'add-mibs') return { kind: 'refused', reason: 'it replied to something else' }
  const { ok, modules, objects } = reply
  const problems = reply.problems.filter((problem) => {
    const about = names.find((one) => problem.startsWith(`${one}:`))
    return about === undefined || about === name
  })
  const told = problems.slice(0, MAX_PROBLEMS).map((problem) => problem.slice(0, MAX_PROBLEM_LENGTH))
  return { kind: 'compiled', ok, modules: modules.slice(0, MAX_MODULES), objects, problems: told }
}
