/** A 32-bit hash of two integers (the finaliser of MurmurHash3). */
export function hash32(seed: number, key: number): number {
  let mixed = Math.imul(seed ^ Math.imul(key, 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x27d4eb2f)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

/** A 32-bit hash of a text (FNV-1a, mixed with a seed). */
export function hashText(seed: number, text: string): number {
  let hash = 0x811c9dc5 ^ seed
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash32(hash, text.length)
}

/** A number from 0 to below 1 that belongs to the seed and the text. */
export const chance = (seed: number, text: string): number => hashText(seed, text) / 0x1_0000_0000
