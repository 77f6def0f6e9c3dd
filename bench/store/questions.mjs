// The three questions, in PromQL and of the same meaning in InfluxQL.
const ONE = { host: 'h0003', counter: 'rx_bytes', interface: 'eth0' }
/** 25 hosts with 4 sensors each. */
const SENSORS = 'h00(0.|1.|2[0-4])'
/** 100 hosts with 10 counters each. */
const COUNTERS = 'h00..'

/** `repeats`: questions of one round by dialect, enough for the kernel's clock of 10 ms. */
export const QUESTIONS = [
  {
    what: '1 series',
    stepS: 30,
    promql: `net_total{${Object.entries(ONE).map(([name, value]) => `${name}="${value}"`)}}`,
    influxql: (span) => `SELECT total FROM net WHERE ${whereOf(ONE)} AND ${span}`,
    repeats: { promql: 100, influxql: 20 },
  },
  {
    what: '100 series',
    stepS: 30,
    promql: `sensor_reading{host=~"${SENSORS}"}`,
    influxql: (span) => `SELECT reading FROM sensor WHERE host =~ /^${SENSORS}$/ AND ${span} GROUP BY *`,
    repeats: { promql: 8, influxql: 4 },
  },
  {
    what: 'sum(rate()) of 1,000 series',
    stepS: 60,
    promql: `sum(rate(net_total{host=~"${COUNTERS}"}[5m]))`,
    influxql: (span) =>
      `SELECT sum(rate) FROM (SELECT non_negative_derivative(last(total), 1s) AS rate FROM net WHERE host =~ /^${COUNTERS}$/ AND ${span} GROUP BY time(60s), *) WHERE ${span} GROUP BY time(60s)`,
    repeats: { promql: 8, influxql: 1 },
  },
]

/** The path that asks one question over the time from `startMs` to `endMs`, both included. */
export function pathOf({ promql, influxql, stepS }, { dialect, startMs, endMs, extra = '' }) {
  if (dialect === 'promql') {
    const span = `start=${startMs / 1000}&end=${endMs / 1000}&step=${stepS}`
    return `/api/v1/query_range?query=${encodeURIComponent(promql)}&${span}${extra}`
  }
  const span = `time >= ${startMs}ms AND time <= ${endMs}ms`
  return `/query?db=bench&epoch=ms&q=${encodeURIComponent(influxql(span))}`
}

const whereOf = (tags) =>
  Object.entries(tags)
    .map(([name, value]) => `${name} = '${value}'`)
    .join(' AND ')
