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

const MAX_LABELS = 32
const MAX_LABEL_BYTES = 2_048

/** Why a series with these labels cannot be stored, as the Prometheus data model and our limits have it. */
export function faultOfLabels(labels: Labels): string | undefined {
  const names = Object.keys(labels)
  if (names.length > MAX_LABELS) return `it has more than ${MAX_LABELS} labels`
  for (const name of names) {
    // Any UTF-8, as in Prometheus 3; names that begin with two underscores are not for senders.
    const valid = name === METRIC_NAME ? labels[name] !== '' : name !== '' && !name.startsWith('__')
    if (!valid) return 'a name is empty or begins with __'
    if (name.length > MAX_LABEL_BYTES) return `a label name is longer than ${MAX_LABEL_BYTES}`
    if ((labels[name]?.length ?? 0) > MAX_LABEL_BYTES) return `a label is longer than ${MAX_LABEL_BYTES}`
  }
  return labels[METRIC_NAME] === undefined ? 'it has no metric name' : undefined
}
