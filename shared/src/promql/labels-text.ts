import type { Labels } from '../identity/identity.ts'

const PLAIN_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** Labels as Prometheus' messages show them: `{__name__="up", job="x"}`. */
export function labelsText(labels: Labels): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((name) => `${PLAIN_NAME.test(name) ? name : JSON.stringify(name)}=${JSON.stringify(labels[name])}`)
  return `{${pairs.join(', ')}}`
}
