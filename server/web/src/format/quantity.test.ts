import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatQuantity, quantity } from './quantity.ts'

const plain = (value: number, unit: Parameters<typeof formatQuantity>[1]): string =>
  formatQuantity(value, unit).replaceAll('\u00a0', ' ')

test('bits count in thousands', () => {
  expect(plain(0, 'bits_per_second')).toBe('0 bit/s')
  expect(plain(999, 'bits_per_second')).toBe('999 bit/s')
  expect(plain(1_000, 'bits_per_second')).toBe('1 kbit/s')
  expect(plain(1_234_567_890, 'bits_per_second')).toBe('1.23 Gbit/s')
  expect(plain(40, 'megabits_per_second')).toBe('40 Mbit/s')
})

test('bytes count in 1024s', () => {
  expect(plain(1023, 'bytes')).toBe('1023 B')
  expect(plain(1024, 'bytes')).toBe('1 KiB')
  expect(plain(8 * 2 ** 30, 'octets')).toBe('8 GiB')
})

test('a value that rounds up to the next unit takes that unit', () => {
  expect(plain(999_999, 'bits_per_second')).toBe('1 Mbit/s')
})

test('times get the unit that fits', () => {
  expect(plain(0.000_25, 'seconds')).toBe('250 µs')
  expect(plain(0.0125, 'seconds')).toBe('12.5 ms')
  expect(plain(3.2, 'seconds')).toBe('3.2 s')
  expect(plain(480, 'seconds')).toBe('8 min')
  expect(plain(345_678_900, 'centiseconds')).toBe('40 d')
})

test('shares are percentages, and little is not nothing', () => {
  expect(plain(0.934, 'ratio')).toBe('93.4 %')
  expect(plain(0, 'ratio')).toBe('0 %')
  expect(plain(0.000_001, 'ratio')).toBe('<0.001 %')
})

test('minus signs are minus signs, and what is no number says so', () => {
  expect(plain(-4.5, 'celsius')).toBe('−4.5 °C')
  expect(plain(-2_000, 'bits_per_second')).toBe('−2 kbit/s')
  expect(quantity(Number.NaN, 'count').text).toBe('not a number')
  expect(quantity(Number.POSITIVE_INFINITY, 'seconds').text).toBe('∞')
})

test('electricity is scaled as meters show it', () => {
  expect(plain(230.4, 'volts')).toBe('230 V')
  expect(plain(0.9, 'volts')).toBe('0.9 V')
  expect(plain(0.0334, 'volts')).toBe('33.4 mV')
  expect(plain(-48.2, 'volts')).toBe('−48.2 V')
  expect(plain(0.0062, 'amperes')).toBe('6.2 mA')
  expect(plain(0.000_004, 'amperes')).toBe('4 µA')
  expect(plain(12.5, 'amperes')).toBe('12.5 A')
  expect(plain(2_340, 'watts')).toBe('2.34 kW')
  expect(plain(0, 'watts')).toBe('0 W')
})

test('energy is in kilowatt hours', () => {
  expect(plain(3_600_000, 'joules')).toBe('1 kWh')
  expect(plain(3_600_000 * 1234, 'joules')).toBe('1234 kWh')
  expect(plain(3_600_000 * 45_000, 'joules')).toBe('45 MWh')
  expect(plain(36_000, 'joules')).toBe('10 Wh')
  expect(plain(0, 'joules')).toBe('0 kWh')
})

test('frequencies keep the digits that matter', () => {
  expect(plain(49.98, 'hertz')).toBe('49.98 Hz')
  expect(plain(2_437_000_000, 'hertz')).toBe('2.437 GHz')
  expect(plain(50, 'hertz')).toBe('50 Hz')
})

test('levels, speeds, pressures and lengths have their units', () => {
  expect(plain(-2.41, 'dbm')).toBe('−2.41 dBm')
  expect(plain(31, 'decibels')).toBe('31 dB')
  expect(plain(4_250, 'rpm')).toBe('4250 rpm')
  expect(plain(101_300, 'pascals')).toBe('101 kPa')
  expect(plain(12_400, 'meters')).toBe('12.4 km')
  expect(plain(0.05, 'meters')).toBe('50 mm')
  expect(plain(65, 'cubic_feet_per_minute')).toBe('65 ft³/min')
})

test('no finite value reads as zero unless it is zero', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom('bits_per_second', 'bytes', 'ratio', 'count', 'volts', 'hertz', 'dbm', 'meters'),
      (value, unit) => {
        const { text } = quantity(value, unit as 'bytes')
        expect(text === '0').toBe(value === 0)
      },
    ),
  )
})
