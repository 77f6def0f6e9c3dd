import { expect, test } from 'vitest'
import { FIVE_MINUTES_MS, numbersOf, officeTraffic, ROWS_PER_DAY, START_MS } from './judge.testkit.ts'
import { conclude, DEFAULT_JUDGE_SETTINGS, DeviceBank, prepare, SeriesBank, TickBatch } from './judge.ts'

const SERIES = 12
const DAYS = 30

type Found = { readonly tick: number; readonly device: number; readonly detail: number }

/** Two devices of six series each; `become` may change a value of a series at a tick. Gives the device verdicts that began. */
function judgeDevices(become: (value: number, tick: number, series: number) => number) {
  const [bank, devices, batch] = [new SeriesBank(SERIES), new DeviceBank(2), new TickBatch(SERIES)]
  const owners = Int32Array.from({ length: SERIES }, (_, at) => at % 2)
  const slots = Array.from({ length: SERIES }, () => bank.open() ?? 0)
  const usual = slots.map((_, at) => officeTraffic(at + 1))
  const began: Found[] = []
  for (let tick = 0; tick < DAYS * ROWS_PER_DAY; tick++) {
    const time = START_MS + tick * FIVE_MINUTES_MS
    batch.clear()
    for (const [at, slot] of slots.entries()) batch.add(slot, time, become(usual[at]?.(tick, time) ?? 0, tick, at))
    prepare(bank, batch)
    conclude(bank, batch, { settings: DEFAULT_JUDGE_SETTINGS, hasModel: false })
    devices.conclude(batch, owners, DEFAULT_JUDGE_SETTINGS)
    for (const device of [0, 1]) {
      if (devices.verdicts.change[device] === 1)
        began.push({ tick, device, detail: devices.verdicts.detail[device] ?? 0 })
    }
  }
  return { began, verdicts: devices.verdicts }
}

test('series of one device that are unusual together raise the device, and no other', () => {
  const from = 28 * ROWS_PER_DAY + 90
  const { began, verdicts } = judgeDevices((value, tick, at) =>
    tick >= from && tick < from + 12 && at % 2 === 1 ? 3 * value : value,
  )
  const during = began.filter(({ tick }) => tick >= from && tick < from + 12)
  expect(during).toHaveLength(1)
  expect(during[0]?.device).toBe(1)
  expect(during[0]?.tick).toBeLessThan(from + 3)
  expect(during[0]?.detail).toBeGreaterThanOrEqual(2)
  expect([...verdicts.judged]).toEqual([6, 6])
})

test('usual weeks of two devices stay within a few of the budget', () => {
  const { began } = judgeDevices((value) => value)
  const asked = (2 * DAYS) / 7
  expect(began.filter(({ tick }) => tick > 7 * ROWS_PER_DAY).length).toBeLessThan(2 * asked)
})

test('one series alone is not the device', () => {
  const from = 28 * ROWS_PER_DAY
  const { began } = judgeDevices((value, tick, at) => (tick >= from && at === 1 ? 30 * value : value))
  expect(began.filter(({ tick }) => tick >= from && tick < from + 3)).toEqual([])
})

test('a device that is forgotten begins anew, and rows without a device are passed over', () => {
  const [bank, devices, batch] = [new SeriesBank(1), new DeviceBank(1), new TickBatch(1)]
  const slot = bank.open() ?? 0
  const { normal } = numbersOf(3)
  for (let tick = 0; tick < 200; tick++) {
    batch.clear()
    batch.add(slot, START_MS + tick * FIVE_MINUTES_MS, normal())
    prepare(bank, batch)
    conclude(bank, batch, { settings: DEFAULT_JUDGE_SETTINGS, hasModel: false })
    devices.conclude(batch, Int32Array.of(tick % 2 === 0 ? -1 : 0), DEFAULT_JUDGE_SETTINGS)
  }
  expect(devices.verdicts.judged[0]).toBe(1)
  devices.reset(0)
  expect(devices.verdicts.active[0]).toBe(0)
})

test('the state of a device survives, and what is damaged is refused', () => {
  const devices = new DeviceBank(2)
  const saved = devices.save(0)
  expect(devices.load(1, saved)).toBe(true)
  expect(devices.load(1, saved.subarray(0, 20))).toBe(false)
  expect(devices.save(1)).toEqual(saved)
})
