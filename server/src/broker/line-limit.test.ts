import { pino } from 'pino'
import { expect, test } from 'vitest'
import { limitWarnings } from './line-limit.ts'

test('what strangers cause is logged a few times a minute, and the rest is counted', () => {
  const lines: { msg: string; topic?: number; unwritten?: number }[] = []
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  let now = 0
  const warn = limitWarnings(logger, () => now)
  for (let topic = 0; topic < 3_000; topic += 1) warn({ topic }, 'denied')
  expect(lines).toHaveLength(20)
  warn({}, 'refused')
  expect(lines.at(-1)).toMatchObject({ msg: 'refused' })
  now = 60_000
  warn({ topic: 7 }, 'denied')
  expect(lines.at(-1)).toMatchObject({ msg: 'denied', topic: 7, unwritten: 2_980 })
  warn({ topic: 8 }, 'denied')
  expect(lines.at(-1)).not.toHaveProperty('unwritten')
})
