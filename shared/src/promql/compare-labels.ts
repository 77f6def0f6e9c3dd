import type { Labels } from '../identity/identity.ts'

/** Labels with their names in order. */
export type OrderedLabels = { readonly names: readonly string[]; readonly labels: Labels }

/** The order in which Prometheus lists series: name by name, value by value, the shorter first. */
export function compareLabels(a: OrderedLabels, b: OrderedLabels): number {
  for (let i = 0; i < Math.min(a.names.length, b.names.length); i++) {
    const [nameA = '', nameB = ''] = [a.names[i], b.names[i]]
    if (nameA !== nameB) return nameA < nameB ? -1 : 1
    const [valueA = '', valueB = ''] = [a.labels[nameA], b.labels[nameB]]
    if (valueA !== valueB) return valueA < valueB ? -1 : 1
  }
  return a.names.length - b.names.length
}
