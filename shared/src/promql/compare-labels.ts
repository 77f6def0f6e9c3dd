import type { Labels } from '../identity/identity.ts'

/** The order in which Prometheus lists series: name by name, value by value, the shorter first. */
export function compareLabels(a: Labels, b: Labels): number {
  const [namesA, namesB] = [Object.keys(a).sort(), Object.keys(b).sort()]
  for (let i = 0; i < Math.min(namesA.length, namesB.length); i++) {
    const [nameA = '', nameB = ''] = [namesA[i], namesB[i]]
    if (nameA !== nameB) return nameA < nameB ? -1 : 1
    const [valueA = '', valueB = ''] = [a[nameA], b[nameB]]
    if (valueA !== valueB) return valueA < valueB ? -1 : 1
  }
  return namesA.length - namesB.length
}
