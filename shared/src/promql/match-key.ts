import { type Labels, METRIC_NAME } from '../identity/identity.ts'
import type { VectorMatching } from './ast.ts'

/** One string for the labels by which two vectors match: those of on(...), or all but the name and ignoring(...). */
export function matchKey({ on, labels: names }: VectorMatching): (labels: Labels) => string {
  if (on) {
    const sorted = [...new Set(names)].sort()
    return (labels) => {
      let key = ''
      for (const name of sorted) key += `${labels[name] ?? ''}\u0000`
      return key
    }
  }
  const ignored = new Set([...names, METRIC_NAME])
  const known = new WeakMap<Labels, string>()
  return (labels) => {
    const cached = known.get(labels)
    if (cached !== undefined) return cached
    let key = ''
    for (const name of Object.keys(labels).sort()) {
      if (!ignored.has(name) && labels[name] !== '') key += `${name}\u0001${labels[name]}\u0000`
    }
    known.set(labels, key)
    return key
  }
}
