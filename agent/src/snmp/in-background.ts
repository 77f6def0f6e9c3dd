import { askedThrough } from './asked-through.ts'
import type { Conversation } from './conversation.ts'
import type { Timers } from './deadlines.ts'
import { DEFAULT_REQUESTS_PER_SECOND } from './packet-budget.ts'

/** Of the requests that a device bears, so many are for what can wait: a poll in between finds the others free. */
const BACKGROUND_SHARE = 0.25

/** The same conversation for questions that can wait: evenly, at a quarter of the pace that the device bears. */
export function inBackground(
  conversation: Conversation,
  { timers, maxRequestsPerSecond }: { readonly timers: Timers; readonly maxRequestsPerSecond: number | undefined },
): Conversation {
  const everyMs = 1_000 / ((maxRequestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND) * BACKGROUND_SHARE)
  let freeAtMs = Number.NEGATIVE_INFINITY
  const ask: Conversation['ask'] = async (plan) => {
    const nowMs = timers.nowMs()
    const pauseMs = Math.max(0, freeAtMs - nowMs)
    freeAtMs = Math.max(nowMs, freeAtMs) + everyMs
    if (pauseMs > 0) await new Promise<void>((resolve) => timers.after(pauseMs, resolve))
    return conversation.ask(plan)
  }
  return askedThrough(conversation, ask)
}
