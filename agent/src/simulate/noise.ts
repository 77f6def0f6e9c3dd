/** A 32-bit hash of two integers (the finaliser of MurmurHash3). The same pair gives the same number on every machine. */
export function hash32(seed: number, key: number): number {
  let mixed = Math.imul(seed ^ Math.imul(key, 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x27d4eb2f)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

/** FNV-1a of a text, mixed with a seed: the seed of one device, interface or direction. */
export function seedOf(seed: number, text: string): number {
  let hash = 0x811c9dc5 ^ seed
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash32(hash, text.length)
}

/** A number in 0..1 that looks random and is not. */
export function unitNoise(seed: number, key: number): number {
  return hash32(seed, key) / 0x1_0000_0000
}

/** Smooth noise in 0..1: random values on a grid of `periodMs`, eased between. Its slope is at most 1.5 / periodMs. */
export function smoothNoise(seed: number, now: number, periodMs: number): number {
  const cell = Math.floor(now / periodMs)
  const part = (now - cell * periodMs) / periodMs
  const left = unitNoise(seed, cell)
  return left + (unitNoise(seed, cell + 1) - left) * part * part * (3 - 2 * part)
}
