import type { Labels } from '../identity/identity.ts'

/** The value of a label, the empty string when it is not there. Names come from users: `constructor` is one like any other. */
export function labelValue(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : ''
}
