import type { Answer, Picture } from './picture.ts'

type Answers = Picture['answers']
type Groups = ReadonlyMap<string, readonly Answer[]>

/** Each decision groups the same answers several times: what was grouped once is kept as long as they are. */
const agents = new WeakMap<Answers, Groups>()
const places = new WeakMap<Answers, Groups>()

/** Devices of which it is known whether they answer, by the agent that asks them; agents' own machines left out. */
export function byAgent(answers: Answers): Groups {
  const known = agents.get(answers)
  if (known !== undefined) return known
  const groups = grouped(answers, (one) => (one.isHost || one.state === 'unknown' ? undefined : one.agent))
  agents.set(answers, groups)
  return groups
}

/** Devices that hang on the power of their place, by the key of the place. */
export function byPlace(answers: Answers): Groups {
  const known = places.get(answers)
  if (known !== undefined) return known
  const groups = grouped(answers, (one) => (isPowered(one) ? placeKey(one) : undefined))
  places.set(answers, groups)
  return groups
}

/** undefined where the place of a device is not told. */
export function placeKey({ site, place }: Answer): string | undefined {
  return place === '' ? undefined : `power:${site}/${place}`
}

/** An agent's machine speaks as long as there is a word of it, and supplies outlast what they feed. */
function isPowered({ isHost, role, state }: Answer): boolean {
  return !isHost && role !== 'ups' && role !== 'pdu' && state !== 'unknown'
}

function grouped(answers: Answers, keyOf: (answer: Answer) => string | undefined): Groups {
  const groups = new Map<string, Answer[]>()
  for (const answer of answers.values()) {
    const key = keyOf(answer)
    if (key === undefined) continue
    const list = groups.get(key)
    if (list === undefined) groups.set(key, [answer])
    else list.push(answer)
  }
  return groups
}
