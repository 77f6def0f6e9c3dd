import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { stretchesOf, stretchWords } from './ledger-words.ts'

const interval = (from: number, state: 'complete' | 'lost', stored: number) => ({
  ...{ from: epochMs(from), to: epochMs(from + 300_000), expected: 5, stored, late: 0, lost: 5 - stored },
  ...{ awaited: 0, notSampled: 0, unknown: 0, state, why: state === 'lost' ? ['The outbox was full.'] : [] },
})

test('neighbours of one state are one stretch, with the polls of all of them', () => {
  const stretches = stretchesOf([
    interval(0, 'complete', 5),
    interval(300_000, 'lost', 2),
    interval(600_000, 'lost', 0),
  ])
  expect(stretches.map(({ state, expected, stored }) => [state, expected, stored])).toEqual([
    ['complete', 5, 5],
    ['lost', 10, 2],
  ])
  expect(stretchWords(stretches[1] ?? expect.fail(), 0)).toMatch(
    /: lost, 2 of 10 polls are here\. The outbox was full\.$/,
  )
})
