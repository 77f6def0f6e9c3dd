import type { TopologyNode } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { plainText } from '@eyenet/shared/terminal'

/** By id, or by a name that one alone has; upper and lower case are the same. */
export function nodeOf(nodes: readonly TopologyNode[], text: string): TopologyNode {
  const byId = nodes.find(({ id }) => id === text)
  if (byId !== undefined) return byId
  const wanted = plainText(text).toLowerCase()
  const named = nodes.filter(({ name }) => plainText(name).toLowerCase() === wanted)
  const [one] = named
  if (one !== undefined && named.length === 1) return one
  if (one === undefined)
    throw new EyeNetError('not_found', `there is no node ${plainText(text)}; topology show --nodes lists them`)
  const ids = named.slice(0, 5).map(({ id }) => plainText(id))
  throw new EyeNetError(
    'invalid',
    `${named.length} nodes are called ${plainText(text)}; name one by its id: ${ids.join(', ')}`,
  )
}
