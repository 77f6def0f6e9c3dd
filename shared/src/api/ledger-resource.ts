import { z } from 'zod'
import { AgentId, DeviceId, EpochMs, SiteName } from '../identity/identity.ts'

/** From the worst to the best; an interval has the worst that holds for a part of it. */
export const LEDGER_STATES = ['lost', 'unknown', 'awaited', 'not-sampled', 'late', 'complete', 'not-watched'] as const
export const LedgerState = z.enum(LEDGER_STATES)
export type LedgerState = z.infer<typeof LedgerState>

const count = z.number().int().nonnegative()

/** Polls of one device with from < time <= to. What is missing is lost, awaited, not sampled or unknown. */
export const LedgerInterval = z.object({
  from: EpochMs,
  to: EpochMs,
  expected: count,
  stored: count,
  /** Of the stored ones, those that came more than two minutes after their time. */
  late: count,
  lost: count,
  awaited: count,
  notSampled: count,
  unknown: count,
  state: LedgerState,
  /** Sentences for people; empty where nothing is to be said. */
  why: z.array(z.string()),
})
export type LedgerInterval = z.infer<typeof LedgerInterval>

export const LedgerDevice = z.object({
  device: DeviceId,
  agent: AgentId,
  site: SiteName,
  intervals: z.array(LedgerInterval),
})
export type LedgerDevice = z.infer<typeof LedgerDevice>

export const LedgerAgent = z.object({
  agent: AgentId,
  site: SiteName,
  /** Samples after this time are not here yet; absent while none are awaited. */
  awaitedFrom: EpochMs.optional(),
  why: z.string().optional(),
  /** Samples lost since its enrolment, by reason. */
  lost: z.record(z.string(), count),
  lastLossAt: EpochMs.optional(),
})
export type LedgerAgent = z.infer<typeof LedgerAgent>

/** GET /api/v1/ledger */
export const LedgerAnswer = z.object({
  from: EpochMs,
  to: EpochMs,
  /** Length of each interval, seconds: as asked, or longer where a device is polled less often than that. */
  step: z.number(),
  devices: z.array(LedgerDevice),
  agents: z.array(LedgerAgent),
})
export type LedgerAnswer = z.infer<typeof LedgerAnswer>

/** GET /api/v1/ledger/agents: what is awaited from each agent, and what is lost for good. */
export const LedgerAgents = z.object({ items: z.array(LedgerAgent) })
export type LedgerAgents = z.infer<typeof LedgerAgents>
