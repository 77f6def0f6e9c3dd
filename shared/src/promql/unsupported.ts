/** Functions and aggregations of Prometheus that are not here, and why. */

const NATIVE = 'histogram_count histogram_sum histogram_avg histogram_stddev histogram_stdvar'
const EXPERIMENTAL = [
  'double_exponential_smoothing mad_over_time info sort_by_label sort_by_label_desc limitk limit_ratio',
  'histogram_quantiles start_timestamp ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time',
  'ts_of_min_over_time step range start end min_of max_of fill fill_left fill_right',
].join(' ')

const REASONS: ReadonlyMap<string, string> = new Map([
  ...NATIVE.split(' ').map((name): [string, string] => [
    name,
    `${name}() is for native histograms, which are not supported; classic histograms are`,
  ]),
  ...EXPERIMENTAL.split(' ').map((name): [string, string] => [
    name,
    `${name}() is experimental in Prometheus and not supported`,
  ]),
  [
    'holt_winters',
    'holt_winters() is double_exponential_smoothing() since Prometheus 3, which is experimental and not supported',
  ],
])

/** Why a function that Prometheus has or had is refused; undefined for one that nobody knows. */
export function whyUnsupported(name: string): string | undefined {
  return REASONS.get(name)
}
