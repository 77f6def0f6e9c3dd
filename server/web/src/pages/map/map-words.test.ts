import { Incident } from '@eyenet/shared/api'
import { expect, test } from 'vitest'
import { madeId } from './graph/made-graph.testkit.ts'
import { countStates } from './graph/node-state.ts'
import { disputeWords, mapHeadline } from './map-words.ts'

const KNOWN = { since: undefined, now: 0 }
const incident = (behind: number) =>
  Incident.parse({
    id: '1',
    site: 'berlin',
    kind: 'device',
    cause: { text: 'access-3' },
    or: [],
    since: 1,
    failed: [],
    behind: Array.from({ length: behind }, (_, at) => madeId(at)),
    evidence: [],
  })

test('the headline names the cause, and how much is cut off by it', () => {
  expect(mapHeadline([incident(12)], countStates(['critical']), KNOWN)).toEqual({
    kind: 'critical',
    text: 'access-3 has failed. 12 devices are unreachable behind it.',
  })
})

test('what looks alike from outside is named beside the device, so that nobody looks only there', () => {
  const either: Incident = { ...incident(3), or: ['its link from dist-2 ge-0/0/1'] }
  expect(mapHeadline([either], countStates(['critical']), KNOWN).text).toBe(
    'access-3 (or its link from dist-2 ge-0/0/1) has failed. 3 devices are unreachable behind it.',
  )
})

test('a failed link is called down, and no device is said to have failed', () => {
  const link: Incident = { ...incident(0), kind: 'link', cause: { text: 'core-2 Ethernet1 to dist-1 xe-0/2/1' } }
  expect(mapHeadline([link, incident(0)], countStates(['ok']), KNOWN).text).toBe(
    '2 failures. The newest: the link core-2 Ethernet1 to dist-1 xe-0/2/1 is down. Nothing else is cut off.',
  )
  expect(mapHeadline([link], countStates(['ok']), KNOWN).text).toMatch(/^The link core-2 Ethernet1 .* is down\./)
})

test('when nothing is broken it says so', () => {
  expect(mapHeadline([], countStates(['ok', 'ok', 'plain']), KNOWN)).toEqual({
    kind: 'ok',
    text: 'Nothing is broken: 2 devices, all well.',
  })
})

test('what is only a warning is not called broken, and what is not known is not called well', () => {
  expect(mapHeadline([], countStates(['warning', 'ok']), KNOWN).kind).toBe('warning')
  expect(mapHeadline([], countStates(['unknown', 'ok']), KNOWN).kind).toBe('unknown')
})

test('who saves over places of somebody else is told which', () => {
  const drawn = [
    { id: 'a', name: 'core-1' },
    { id: 'b', name: 'ap-8' },
  ]
  const saved = 'Somebody else has moved and saved'
  expect(disputeWords(new Set(['b']), drawn)).toBe(`${saved} ap-8.`)
  expect(disputeWords(new Set(['b', 'a', 'gone']), drawn)).toBe(`${saved} core-1 and 2 more.`)
  expect(disputeWords(new Set(['gone']), drawn)).toBe(`${saved} 1 of these.`)
})
