import { epochMs } from '@eyenet/shared/identity'
import { Diagnosis } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { type DiagnosisSource, diagnosisOf, RecentLog, secretsOf, withoutSecrets } from './remote.ts'

const NOW = epochMs(1_800_000_000_000)
const lane = { messages: 0, samples: 0, dropped: 0 }

const source = (more: Partial<DiagnosisSource> = {}): DiagnosisSource => ({
  ...{ version: '1', hostname: 'box', startedAt: NOW, now: NOW, devices: 2, failedPolls: 1 },
  schedule: { started: 1, late: 2, skipped: 3, running: 4 },
  buffer: {
    ...{ epoch: '0123456789abcdef' as never, samples: 5, bytes: 6, droppedSamples: 0 },
    lanes: { events: lane, facts: lane, samples: lane, backfill: lane },
  },
  uplink: {
    ...{ connected: true, since: NOW, problem: '', refusedCommands: 1, revision: 3, signingKeys: ['k1'] },
    refusals: new Map([['expired', 1]]),
  },
  process: { node: '20', platform: 'linux-x64', memoryBytes: 1, heapBytes: 1, cpuSeconds: 1 },
  ...{ log: [], secrets: [] },
  ...more,
})

test('it fits its shape and a reply, however much was logged, and has the newest lines', () => {
  const log = Array.from({ length: 5_000 }, (_, at) => `${at} ${'x'.repeat(900)}`)
  const recent = new RecentLog()
  for (const line of log) recent.add(line)
  const found = Diagnosis.parse(diagnosisOf(source({ log: recent.lines })))
  expect(found).toMatchObject({ refused: { expired: 1 }, polls: { late: 2 }, uplink: { signingKeys: ['k1'] } })
  expect(JSON.stringify(found).length).toBeLessThan(64 * 1024)
  expect(found.log.at(-1)).toContain('4999 ')
})

test('words that let one in are not in it, also as JSON writes them', () => {
  const secrets = secretsOf([
    { port: 161, timeoutMs: 1, retries: 0, credential: { version: '2c', community: 'gr"een\\door' } },
    {
      port: 161,
      timeoutMs: 1,
      retries: 0,
      credential: { version: '3', user: 'u', authProtocol: 'sha', authKey: 'auth-key-1' },
    },
    undefined,
  ])
  const log = [JSON.stringify({ error: 'for gr"een\\door' }), 'auth-key-1 twice auth-key-1', 'of public things']
  const found = diagnosisOf(source({ log, secrets }))
  expect(found.log).toEqual(['{"error":"for (secret)"}', '(secret) twice (secret)', 'of public things'])
  expect(withoutSecrets('a of b', ['a', 'public'])).toBe('a of b')
})
