import { expect, test } from 'vitest'
import { quantityOf } from './unit-words.ts'

test.each([
  ['0.1 Volt DC', 'V', -1],
  ['tenths of degrees Celsius', 'C', -1],
  ['milliamperes', 'A', -3],
  ['hundredths of a percent', '%', -2],
  ['dBm', 'dBm', 0],
  ['0.1 uW', 'W', -7],
  ['RPM', 'rpm', 0],
  ['kWh', 'kWh', 0],
  ['degrees Fahrenheit', 'F', 0],
  ['seconds', 's', 0],
])('%s is %s times ten to the %i', (text, unit, exponent) => {
  expect(quantityOf(text)).toEqual({ unit, exponent })
})

test('words without a unit are none', () => {
  expect(quantityOf('packets')).toBeUndefined()
})
