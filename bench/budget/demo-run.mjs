// The demonstration without a network: its site with its faults, judged from its made past on, at the demonstration's polls.

import { PastLearner } from '../../agent/dist/detect/learn-past.js'
import { DEMO_FAULTS } from '../../agent/dist/simulate/demo-faults.js'
import { demoSite } from '../../agent/dist/simulate/demo-site.js'
import { madePast } from '../../agent/dist/simulate/made-past.js'
import { createSite } from '../../agent/dist/simulate/site.js'
import { siteReadings } from '../../agent/dist/simulate/site-readings.js'

/** Verdicts that begin in so many minutes: `[{ second, device, series, reason, active }]`. */
export function judgeDemo({
  judge,
  startedAt,
  minutes,
  everyMs = 10_000,
  seed = 1,
  days = 14,
  faults = DEMO_FAULTS,
  perMonth = 1,
}) {
  const site = createSite(demoSite({ seed, startedAt, community: '', addressOf: () => '', faults }))
  const past = madePast({ seed, startedAt, days, intervalMs: everyMs })
  const settings = { ...judge.DEFAULT_JUDGE_SETTINGS, alarmsPerMonth: perMonth }
  const readings = [...siteReadings(site).values()]
  const answers = new Map(site.devices.map((device) => [device.model.spec.name, device]))
  const bank = new judge.SeriesBank(readings.length)
  const meter = new judge.RateMeter(readings.length)
  const learner = new PastLearner()
  const slots = readings.map((one) => {
    const slot = bank.open()
    const state = learner.learn(one.labels, { past, settings, isCounter: one.isCounter })
    if (state !== undefined && !bank.load(slot, state)) throw new Error('the state of the past does not load')
    return slot
  })
  const batch = new judge.TickBatch(readings.length)
  const began = []
  for (let tick = 0; tick * everyMs < minutes * 60_000; tick++) {
    const now = startedAt + tick * everyMs
    batch.clear()
    const rows = []
    readings.forEach((one, at) => {
      // A device that is down is excused.
      if (!answers.get(one.deviceName).answers(now)) return
      const reading = one.read(now)
      const value = one.isCounter ? meter.rate(at, now, reading) : reading
      if (Number.isNaN(value)) return
      batch.add(slots[at], now, value)
      rows.push(at)
    })
    judge.prepare(bank, batch)
    judge.conclude(bank, batch, { settings, hasModel: false })
    rows.forEach((at, row) => {
      if (batch.change[row] !== 1) return
      const { __name__: metric, device: _id, ...where } = readings[at].labels
      const { deviceName } = readings[at]
      began.push({
        second: (tick * everyMs) / 1000,
        device: deviceName,
        metric,
        where: Object.values(where).join(' '),
        reason: judge.REASONS[batch.reason[row]],
      })
    })
  }
  return { series: readings.length, began }
}
