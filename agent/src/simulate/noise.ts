import { hash32, hashText } from '@eyenet/shared/made-network'

export { hash32 }

/** The seed of one device, interface or direction: a hash of its name, mixed with a seed. */
export const seedOf = hashText

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
