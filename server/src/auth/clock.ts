import { type EpochMs, epochMs } from '@eyenet/shared/identity'

export type Clock = { now(): EpochMs }

export const SYSTEM_CLOCK: Clock = { now: () => epochMs(Date.now()) }
