/** The labels of one series, the metric's name under `__name__`, as in the Prometheus data model. */
export type Labels = Readonly<Record<string, string>>

/** The label that holds the metric's name. */
export const METRIC_NAME = '__name__'

/** One string per series: names sorted by code unit, separated by U+0000 and U+0001. Equal labels give equal keys. */
export function seriesKey(labels: Labels): string {
  const names = Object.keys(labels).sort()
  let key = ''
  for (const name of names) {
    const value = labels[name]
    // An empty value means "not there" (Prometheus data model).
    if (value !== undefined && value !== '') key += `${name}\u0001${value}\u0000`
  }
  return key
}
