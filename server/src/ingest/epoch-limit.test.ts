import { AgentId, epochMs, OutboxEpoch } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { EpochLimit } from './epoch-limit.ts'

const AGENT = AgentId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const OTHER = AgentId.parse('7f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a12')
const NOW = epochMs(Date.UTC(2026, 5, 1))
const epochOf = (number: number) => OutboxEpoch.parse(number.toString(16).padStart(16, '0'))

test('an agent that makes up epochs is stopped at the 65th of a day; what it had before, and others, go on', () => {
  const limit = new EpochLimit()
  const admitted = Array.from({ length: 100 }, (_, at) => limit.admits(AGENT, epochOf(at), NOW))
  expect(admitted.filter((one) => one)).toHaveLength(64)
  expect(limit.admits(AGENT, epochOf(0), NOW)).toBe(true)
  expect(limit.admits(OTHER, epochOf(99), NOW)).toBe(true)
  expect(limit.admits(AGENT, epochOf(99), epochMs(NOW + 23 * 3_600_000))).toBe(false)
  expect(limit.admits(AGENT, epochOf(99), epochMs(NOW + 24 * 3_600_000))).toBe(true)
})

test('an agent that was removed, and a clock that was set back, begin anew', () => {
  const limit = new EpochLimit()
  for (let at = 0; at < 64; at++) limit.admits(AGENT, epochOf(at), NOW)
  expect(limit.admits(AGENT, epochOf(64), epochMs(NOW - 1))).toBe(true)
  for (let at = 0; at < 64; at++) limit.admits(AGENT, epochOf(at), NOW)
  limit.forget(AGENT)
  expect(limit.admits(AGENT, epochOf(70), NOW)).toBe(true)
})
