import { expect, test } from 'vitest'
import { readerOf } from '../survey.testkit.ts'
import { readPoePorts } from './power-ethernet.ts'

test('a port that gives power has a class, one that searches has none', async () => {
  const reader = readerOf(`
m.105.1.1.1.3.1.7 = 1
m.105.1.1.1.6.1.7 = 3
m.105.1.1.1.10.1.7 = 5
m.105.1.1.1.3.1.8 = 2
m.105.1.1.1.6.1.8 = 2
m.105.1.1.1.10.1.8 = 1
`)
  expect(await readPoePorts(reader)).toEqual([
    { group: 1, port: 7, state: 'deliveringPower', enabled: true, powerClass: 4 },
    { group: 1, port: 8, state: 'searching', enabled: false },
  ])
})
