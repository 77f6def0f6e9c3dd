import { expect, test } from 'vitest'
import type { ContenderResult } from './judge-contender.ts'
import { weighContenders } from './weigh-contenders.ts'

const PLAIN: ContenderResult = {
  rows: 1_000,
  pinball: 1,
  coverage: 0.99,
  injected: 100,
  recall: 0.5,
  falseAlarmsPerMonth: 1,
}
const weigh = (model: Partial<ContenderResult>, running?: Partial<ContenderResult>) =>
  weighContenders({
    model: { ...PLAIN, ...model },
    modelFree: PLAIN,
    running: running && { ...PLAIN, ...running },
    asked: 1,
  })

test('a model that finds more, or has the better band, is shipped', () => {
  expect(weigh({ recall: 0.6 }).better).toBe(true)
  expect(weigh({ pinball: 0.9 }).better).toBe(true)
})

test('one that is the same is not', () => {
  const { better, reasons } = weigh({})
  expect(better).toBe(false)
  expect(reasons).toHaveLength(3)
  expect(reasons[0]).toMatch(/^no better: finds 50\.0 %/)
})

test.each<[string, Partial<ContenderResult>, RegExp]>([
  ['finds less', { recall: 0.4, pinball: 0.5 }, /^worse: finds 40\.0 % .* no model finds 50\.0 %$/],
  ['has the worse band', { recall: 0.9, pinball: 1.1 }, /^worse: loss of the band 1\.10; no model: 1\.00$/],
  [
    'cries too often',
    { recall: 0.9, falseAlarmsPerMonth: 4 },
    /^worse: 4\.00 false alarms .* asked 1, no model: 1\.00$/,
  ],
  ['was tried on too little', { recall: 0.9, injected: 10 }, /^only 10 anomalies/],
])('one that %s is not shipped, and says why', (_, model, reason) => {
  const { better, reasons } = weigh(model)
  expect(better).toBe(false)
  expect(reasons).toHaveLength(1)
  expect(reasons[0]).toMatch(reason)
})

test('where a model runs, that one must be beaten', () => {
  expect(weigh({ recall: 0.6 }, { recall: 0.7 })).toMatchObject({ better: false })
  expect(weigh({ recall: 0.8 }, { recall: 0.7 }).reasons[0]).toMatch(/the running model finds 70\.0 %/)
})
