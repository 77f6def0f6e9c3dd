/** How many varbinds the next answer may hold. Learnt per device: some choke on, or lose, large answers. */
export type Sizing = {
  readonly varbinds: number
  /** Sizes that failed; growth stops below. Forgotten after enough good answers. */
  readonly ceiling: number
  /** Full answers since the last change. */
  readonly streak: number
}

/** An answer of this many octets fits one Ethernet frame with room for tunnels. */
const FIRST_BYTES = 1_400
/** Beyond this there is little to win and a lost fragment costs much. */
const MOST_BYTES = 8_000
/** Octets of a usual IF-MIB varbind; the true mean is learnt. */
const USUAL_VARBIND_BYTES = 22
const GROW_AFTER = 4
const FORGET_CEILING_AFTER = 256

export const firstSizing: Sizing = {
  varbinds: Math.floor(FIRST_BYTES / USUAL_VARBIND_BYTES),
  ceiling: Number.POSITIVE_INFINITY,
  streak: 0,
}

/** After an answer with as many varbinds as were asked for. */
export function grow(sizing: Sizing, answer: { readonly varbinds: number; readonly bytes: number }): Sizing {
  const streak = sizing.streak + 1
  const ceiling = streak >= FORGET_CEILING_AFTER ? Number.POSITIVE_INFINITY : sizing.ceiling
  if (streak % GROW_AFTER !== 0) return { ...sizing, streak, ceiling }
  const most = Math.floor((MOST_BYTES * answer.varbinds) / Math.max(1, answer.bytes))
  const wanted = Math.max(sizing.varbinds + 1, Math.floor(sizing.varbinds * 1.25))
  const varbinds = Math.max(1, Math.min(wanted, most, ceiling - 1))
  return { varbinds, ceiling, streak }
}

/** After an answer that did not come, was too big for the device, or came damaged. */
export function shrink(sizing: Sizing): Sizing {
  return { varbinds: Math.max(1, sizing.varbinds >> 1), ceiling: Math.max(2, sizing.varbinds), streak: 0 }
}
