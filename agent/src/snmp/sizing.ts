/** How many varbinds the next answer may hold. Learnt per device: some choke on, or lose, large answers. */
export type Sizing = {
  readonly varbinds: number
  /** Sizes that failed; growth stops below. Forgotten after enough good answers. */
  readonly ceiling: number
  /** Full answers since the last change. */
  readonly streak: number
  /** Questions in a row whose answer came only in a smaller size: once is loss, twice is the size. */
  readonly lost: number
}

/** An answer of this many octets fits one Ethernet frame with room for tunnels. */
const FIRST_BYTES = 1_400
/** Beyond this there is little to win and a lost fragment costs much. */
const MOST_BYTES = 8_000
/** Octets of a usual IF-MIB varbind; the true mean is learnt. */
const USUAL_VARBIND_BYTES = 22
const GROW_AFTER = 4
const FORGET_CEILING_AFTER = 256
/** An answer with fewer varbinds than this was not lost for its size. */
const SMALL_ANSWER = 16
const LOST_FOR_ITS_SIZE = 2
/** No question asks for more. */
const MOST_VARBINDS = 1_000

export const firstSizing: Sizing = {
  varbinds: Math.floor(FIRST_BYTES / USUAL_VARBIND_BYTES),
  ceiling: Number.POSITIVE_INFINITY,
  streak: 0,
  lost: 0,
}

/** After an answer with as many varbinds as were asked for. */
export function grow(sizing: Sizing, answer: { readonly varbinds: number; readonly bytes: number }): Sizing {
  const streak = sizing.streak + 1
  const ceiling = streak >= FORGET_CEILING_AFTER ? Number.POSITIVE_INFINITY : sizing.ceiling
  if (streak % GROW_AFTER !== 0) return { ...sizing, streak, ceiling, lost: 0 }
  const most = Math.min(MOST_VARBINDS, Math.floor((MOST_BYTES * answer.varbinds) / Math.max(1, answer.bytes)))
  const wanted = Math.max(sizing.varbinds + 1, Math.floor(sizing.varbinds * 1.25))
  const varbinds = Math.max(1, Math.min(wanted, most, ceiling - 1))
  return { varbinds, ceiling, streak, lost: 0 }
}

/** After the device said that an answer of this size is too big for it. */
export function shrink(asked: number): Sizing {
  return { varbinds: Math.max(1, asked >> 1), ceiling: Math.max(2, asked), streak: 0, lost: 0 }
}

/** The size of a further try of a question whose answer did not come or came damaged: smaller each time. */
export function trialVarbinds(sizing: Sizing, attempt: number): number {
  return Math.max(Math.min(sizing.varbinds, SMALL_ANSWER), sizing.varbinds >> attempt)
}

/** After a question that was answered at the size `asked`, having been lost at the size `lost`. */
export function afterLoss(sizing: Sizing, { lost, asked }: { readonly lost: number; readonly asked: number }): Sizing {
  if (asked >= lost) return sizing
  if (sizing.lost + 1 < LOST_FOR_ITS_SIZE) return { ...sizing, lost: sizing.lost + 1 }
  return { varbinds: Math.max(1, asked), ceiling: Math.max(2, lost), streak: 0, lost: 0 }
}

/** What was learnt of a device's limits, as plain JSON: to be kept across restarts and handed to `SnmpTarget.learnt`. */
export type Learnt = {
  readonly varbinds: number
  /** The smallest size that failed; null where none did. */
  readonly ceiling: number | null
  readonly bulk: 'untried' | 'works' | 'ignored'
}

export function learntOf({ varbinds, ceiling }: Sizing, bulk: Learnt['bulk']): Learnt {
  return { varbinds, ceiling: Number.isFinite(ceiling) ? ceiling : null, bulk }
}

/** Begins where `learnt` left off. It comes from a file: what makes no sense is not believed. */
export function sizingOf(learnt: Learnt | undefined): Sizing {
  if (learnt === undefined || !isSize(learnt.varbinds)) return firstSizing
  const ceiling = isSize(learnt.ceiling) ? Math.max(2, learnt.ceiling) : Number.POSITIVE_INFINITY
  return { ...firstSizing, varbinds: learnt.varbinds, ceiling }
}

function isSize(value: number | null): value is number {
  return Number.isInteger(value) && value !== null && value >= 1 && value <= MOST_VARBINDS
}
