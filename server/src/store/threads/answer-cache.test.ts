import { epochMs } from '@eyenet/shared/identity'
import { parseQuery } from '@eyenet/shared/promql'
import { expect, test } from 'vitest'
import { AnswerCache, keyOf } from './answer-cache.ts'

const basis = { from: 0, to: 1, changes: 1 }
const answer = (bytes: number) => ({
  ...{ warnings: [], infos: [], more: false, basis },
  pieces: [new Uint8Array(bytes)],
})
const ask = (text: string) => ({
  ...{ expr: parseQuery(text), start: epochMs(0), end: epochMs(0), step: 0, timeoutMs: 1 },
})

test('what was used last stays when there is no room for all', () => {
  const cache = new AnswerCache()
  const MB = 1024 * 1024
  for (let i = 0; i < 9; i += 1) {
    cache.keep(`${i}`, answer(3.5 * MB))
    cache.find('0')
  }
  cache.keep('9', answer(3.5 * MB))
  expect(cache.find('0')).toBeDefined()
  expect(cache.find('1')).toBeUndefined()
  expect(cache.find('9')).toBeDefined()
})

test('what is too large, has no basis or is not whole is not kept', () => {
  const cache = new AnswerCache()
  cache.keep('large', answer(9 * 1024 * 1024))
  cache.keep('more', { ...answer(1), more: true })
  cache.keep('none', { ...answer(1), basis: undefined })
  expect(['large', 'more', 'none'].map((key) => cache.find(key))).toEqual([undefined, undefined, undefined])
})

test('different questions have different keys', () => {
  const texts = ['x > Inf', 'x > NaN', 'x > 1', 'x', 'x offset 5m']
  expect(new Set(texts.map((text) => keyOf(ask(text)))).size).toBe(texts.length)
  expect(keyOf({ ...ask('x'), lookbackMs: 1 })).not.toBe(keyOf(ask('x')))
  expect(keyOf({ ...ask('x'), extra: [{ labels: {}, times: new Float64Array(0), values: new Float64Array(0) }] })).toBe(
    undefined,
  )
})
