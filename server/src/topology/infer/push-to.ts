/** Adds to the list that the map has for the key, in place. */
export function pushTo<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const all = map.get(key)
  if (all === undefined) map.set(key, [value])
  else all.push(value)
}
