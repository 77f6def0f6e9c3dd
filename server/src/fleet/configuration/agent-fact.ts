import { AgentId, type EpochMs } from '@eyenet/shared/identity'
import { z } from 'zod'

/** How far one agent is with the revision that is rolled out. */
export type Progress =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'on-trial' }
  | { readonly kind: 'runs' }
  | { readonly kind: 'rejected'; readonly how: 'refused' | 'rolled-back'; readonly reason: string }

/** What is known of one agent when a roll-out is judged. */
export type AgentFact = {
  readonly agent: AgentId
  readonly name: string
  readonly connected: boolean
  /** Since when it is connected or not. */
  readonly connectedSince: EpochMs
  readonly progress: Progress
  readonly devices: number
  /** Devices that do not answer. */
  readonly silent: number
  /** Polls of the last minutes. */
  readonly polls: { readonly started: number; readonly failed: number }
  /** Notices of a grave kind since it got the revision, newest first. */
  readonly graveNotices: readonly string[]
}

/** How an agent fared before it got the revision: what was bad already is no reason to halt. */
export const Baseline = z.object({
  agent: AgentId,
  /** The first revision of its desired state that holds what is rolled out. */
  sent: z.number().int(),
  connected: z.boolean(),
  silent: z.number(),
  failedShare: z.number(),
})
export type Baseline = z.infer<typeof Baseline>

/** A restart of the server, or of the agent, is over by then. */
export const AWAY_MS = 120_000
/** Fewer polls say nothing. */
const MIN_POLLS = 20
const MORE_FAILED_SHARE = 0.2
/** Beside one device, which may fall silent by itself. */
const MORE_SILENT_SHARE = 0.1

export function baselineOf({ agent, connected, silent, polls }: AgentFact, sent: number): Baseline {
  return { agent, sent, connected, silent, failedShare: shareOf(polls) }
}

/** What is wrong with an agent since it got the revision, as a sentence; undefined while nothing is. */
export function troubleOf(fact: AgentFact, before: Baseline | undefined, now: EpochMs): string | undefined {
  const { name, progress, connected, connectedSince, silent, devices, polls, graveNotices } = fact
  if (progress.kind === 'rejected') {
    return progress.how === 'refused'
      ? `${name} refused it: ${progress.reason}`
      : `${name} rolled it back: ${progress.reason}`
  }
  if (before?.connected === true && !connected && now - connectedSince >= AWAY_MS) {
    return `${name} has been disconnected for ${Math.round((now - connectedSince) / 1000)} s`
  }
  // What an agent does before it has the revision is no fault of it.
  if (progress.kind === 'waiting') return undefined
  const [notice] = graveNotices
  if (notice !== undefined) return `${name} reports: ${notice}`
  if (before === undefined) return undefined
  if (silent > before.silent + Math.max(1, devices * MORE_SILENT_SHARE)) {
    return `${silent} of ${devices} devices of ${name} do not answer; before it there were ${before.silent}`
  }
  const share = shareOf(polls)
  if (polls.started >= MIN_POLLS && share > before.failedShare + MORE_FAILED_SHARE) {
    return `${percent(share)} of the polls of ${name} fail; before it there were ${percent(before.failedShare)}`
  }
  return undefined
}

const percent = (share: number): string => `${Math.round(share * 100)} %`

function shareOf({ started, failed }: AgentFact['polls']): number {
  return started === 0 ? 0 : failed / started
}
