// Streams series through the shared judge as an agent does: a tick at a time, counters by the shared rate meter, one batch.

export const DAY_MS = 86_400_000
export const WEEK_MS = 7 * DAY_MS
export const MONTH_DAYS = 30

/** Rates per second of a counter, NaN where none can be told; as the agent's. The first interval comes once more before. */
export function ratesOf(judge, { readings, startedAt, everyMs }) {
  const meter = new judge.RateMeter(1)
  return readings.map((reading, tick) => meter.rate(0, startedAt + tick * everyMs, reading))
}

/**
 * Judges made series over a span. `series`: of normalWeeks. `changed(index, tick, value)`: the value to judge in place of the
 * true one (a fault that is put in). `onRow({ at, tick, score, change, active, reason })` is called where a verdict begins
 * or lasts. Gives the number of samples judged.
 */
export function judgeSeries({ judge, series, startedAt, everyMs, ticks, settings, changed, onRow }) {
  const bank = new judge.SeriesBank(series.length)
  const slots = series.map(() => bank.open())
  const batch = new judge.TickBatch(series.length)
  const meter = new judge.RateMeter(series.length)
  const isCounter = series.map((one) => one.reading === 'counter')
  for (let tick = 0; tick < ticks; tick++) {
    const now = startedAt + tick * everyMs
    batch.clear()
    for (let at = 0; at < series.length; at++) {
      const reading = series[at].valueAt(now)
      const value = isCounter[at] ? meter.rate(at, now, reading) : reading
      // The first reading of a counter is no rate, and nothing is missing.
      if (tick === 0 && isCounter[at]) continue
      batch.add(slots[at], now, changed === undefined ? value : changed(at, tick, value))
    }
    judge.prepare(bank, batch)
    judge.conclude(bank, batch, { settings, hasModel: false })
    for (let row = 0; row < batch.count; row++) {
      if (batch.active[row] === 0 && batch.change[row] === 0 && batch.score[row] < 0.5) continue
      const at = batch.count === series.length ? row : slots.indexOf(batch.slots[row])
      onRow({
        at,
        tick,
        score: batch.score[row],
        change: batch.change[row],
        active: batch.active[row],
        reason: batch.reason[row],
      })
    }
  }
  return ticks * series.length
}

/** Alarms asked for and alarms counted of so many series over so many days. */
export function againstBudget({ alarms, series, days, perMonth }) {
  const asked = (perMonth * series * days) / MONTH_DAYS
  return { asked, alarms, factor: alarms / asked }
}
