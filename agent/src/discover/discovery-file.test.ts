import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DiscoveryFile, type KeptRun } from './discovery-file.ts'

const NOW = epochMs(1_700_000_000_000)
const DAY = 86_400_000
let folder: string
let file: DiscoveryFile
const reopen = (): DiscoveryFile => {
  file.close()
  file = new DiscoveryFile(join(folder, 'discovery.db'), () => {})
  return file
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-discovery-file-'))
  file = new DiscoveryFile(join(folder, 'discovery.db'), () => {})
})

afterEach(() => {
  file.close()
  rmSync(folder, { recursive: true })
})

test('tries, findings and how far a run is are there after a restart', () => {
  const run: KeptRun = {
    ...{ run: randomUUID(), networks: ['10.0.0.0/24'], startedAt: NOW, state: 'running' },
    ...{ cursor: '10.0.0.7', underWay: ['10.0.0.6'], answered: 2, heldBack: 1, permitted: 'x' },
  }
  file.saveRun({ ...run, answered: 1 })
  file.saveRun(run)
  file.saveAttempt('10.0.0.1', { credential: 'a', at: NOW - 1 })
  file.saveAttempt('10.0.0.1', { credential: 'a', at: NOW })
  file.saveAttempt('10.0.0.1', { credential: 'b', at: NOW })
  file.forgetAttempt('10.0.0.1', 'b')
  file.saveKnown('10.0.0.1', { credential: 'c', askedAt: NOW })
  file.saveKnown('10.0.0.1', { told: 'digest', toldAt: NOW })
  const kept = reopen()
  expect(kept.run()).toEqual(run)
  expect(kept.attempts('10.0.0.1')).toEqual([{ credential: 'a', at: NOW }])
  expect(kept.known('10.0.0.1')).toEqual({ credential: 'c', told: 'digest', toldAt: NOW, askedAt: NOW })
  expect([kept.known('10.0.0.2'), kept.attempts('10.0.0.2')]).toEqual([undefined, []])
})

test('addresses of one device share their tries and what it answered to, by MAC and by identity, over a restart', () => {
  const [a, b, c, other] = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.9'] as const
  for (const address of [a, b]) file.saveOwner(address, { kind: 'mac', name: '02:00:00:00:00:01', at: NOW })
  for (const address of [b, c]) file.saveOwner(address, { kind: 'device', name: 'x', at: NOW })
  file.saveOwner(other, { kind: 'mac', name: '02:00:00:00:00:09', at: NOW })
  file.saveAttempt(a, { credential: 'p', at: NOW })
  file.saveAttempt(other, { credential: 'q', at: NOW })
  file.saveKnown(c, { credential: 'works', askedAt: NOW })
  const kept = reopen()
  expect(kept.owners(b)).toEqual(['device x', 'mac 02:00:00:00:00:01'])
  expect(kept.attemptsElsewhere(b)).toEqual([{ credential: 'p', at: NOW }])
  expect([a, b, c, other, '10.0.0.10'].map((one) => kept.credentialElsewhere(one))).toEqual([
    ...[undefined, 'works', undefined, undefined, undefined],
  ])
  // An address that is handed on is its next owner's.
  kept.saveOwner(a, { kind: 'mac', name: '02:00:00:00:00:09', at: NOW })
  expect(kept.attemptsElsewhere(b)).toEqual([])
  expect(kept.attemptsElsewhere(a)).toEqual([{ credential: 'q', at: NOW }])
})

test('a MAC at more addresses than one device has shows nothing', () => {
  for (let last = 1; last <= 16; last++)
    file.saveOwner(`10.0.0.${last}`, { kind: 'mac', name: '02:00:00:00:00:01', at: NOW })
  file.saveAttempt('10.0.0.2', { credential: 'p', at: NOW })
  expect(file.attemptsElsewhere('10.0.0.1')).toHaveLength(1)
  file.saveOwner('10.0.0.17', { kind: 'mac', name: '02:00:00:00:00:01', at: NOW - 31 * DAY })
  expect([file.attemptsElsewhere('10.0.0.1'), file.owners('10.0.0.1')]).toEqual([[], []])
  file.prune(NOW)
  expect(file.attemptsElsewhere('10.0.0.1')).toHaveLength(1)
})

test('what was not heard of for thirty days is forgotten, and attempts of a clock that stood in the future', () => {
  file.saveKnown('10.0.0.1', { askedAt: NOW - 31 * DAY })
  file.saveKnown('10.0.0.2', { askedAt: NOW - 31 * DAY, toldAt: NOW - DAY })
  file.saveAttempt('10.0.0.1', { credential: 'old', at: NOW - 31 * DAY })
  file.saveAttempt('10.0.0.1', { credential: 'ahead', at: NOW + 31 * DAY })
  file.saveAttempt('10.0.0.1', { credential: 'recent', at: NOW - DAY })
  file.prune(NOW)
  expect([file.known('10.0.0.1'), file.known('10.0.0.2')?.toldAt]).toEqual([undefined, NOW - DAY])
  expect(file.attempts('10.0.0.1')).toEqual([{ credential: 'recent', at: NOW - DAY }])
})
