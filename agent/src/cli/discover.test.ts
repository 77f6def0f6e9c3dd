import type { Discovered } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { progressText, textOfDiscovery } from './discover-text.ts'

const RUN = '6f1b6a52-9a5e-4b0c-9d5c-0f2f6a6d7a01'
const progress = {
  ...{ run: RUN, state: 'done', startedAt: 0, done: 254, total: 254, answered: 2, heldBack: 0 },
} as Parameters<typeof progressText>[0]

test('what devices wrote cannot steer the terminal, and long words are cut', () => {
  const hostile: Discovered = {
    ...{ address: '10.0.0.2', how: 'sweep', vendor: 'E\u001B[31mvil\r\n' },
    snmp: {
      ...{ credential: 'site', port: 161, identityRank: 'name', sysObjectId: '' },
      device: '5f0c7b1c-e4b8-4a2d-9d0b-3f7d2f6a9e11' as NonNullable<Discovered['snmp']>['device'],
      ...{ sysName: 'a\u001B]0;title\u0007b', sysDescr: `line\n${'long '.repeat(50)}` },
    },
  }
  const text = textOfDiscovery([hostile, { address: '10.0.0.1', how: 'sweep', ports: [22, 80] }], {
    ...{ progress, seconds: 10, packets: 600 },
  })
  const lines = text.split('\n')
  expect(text).not.toMatch(/[\u001B\u0007\r]/)
  expect(lines[1]).toMatch(/^10\.0\.0\.1 .*22 80/)
  expect(lines[2]).toMatch(/^10\.0\.0\.2 {2}a \]0;title b/)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(200)
  expect(lines.at(-1)).toBe('2 found; 254 of 254 addresses asked by 600 packets in 10 s, 60 a second.')
})

test('progress says how much is left', () => {
  expect(progressText({ ...progress, done: 127 }, 30_000)).toBe(
    ' 50 %  127 of 254 addresses asked, 2 answered, 30 s left',
  )
  expect(progressText({ ...progress, done: 1 }, 1_000)).toBe('  0 %  1 of 254 addresses asked, 2 answered')
})

test('a sweep that was stopped says so', () => {
  const stopped = { ...progress, state: 'stopped', done: 3, problem: 'Stopped on request.' } as const
  expect(textOfDiscovery([], { progress: stopped, seconds: 1, packets: 6 })).toBe(
    '0 found; 3 of 254 addresses asked by 6 packets in 1.0 s, 6 a second. Stopped on request.',
  )
})
