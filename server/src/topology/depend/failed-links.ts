import type { LinkEnd, TopologyLink } from '@eyenet/shared/api'
import type { Answer, Cause, DownPort, Explanation, Picture } from './picture.ts'
import { wentWithDevice } from './ports-off-map.ts'
import { wasAskedSince } from './timing.ts'
import { SURE_CONFIDENCE, type Ways, waysFrom } from './ways.ts'

export type FailedLinks = {
  /** Links that failed while both of their ends answer. */
  readonly causes: readonly Cause[]
  readonly quietPorts: Explanation['quietPorts']
}

type Broken = { readonly down: DownPort; readonly near: Answer; readonly far: Answer; readonly link: TopologyLink }

/**
 * What ports that are down say of links. With both ends answering the link is the cause, one for all links between the
 * same two; with the far end away its failure explains the port; not asked since, it is held.
 */
export function failedLinks(picture: Picture, down: ReadonlyMap<string, Answer>): FailedLinks {
  const quiet: Pick<DownPort, 'device' | 'port'>[] = []
  const pairs = new Map<string, Broken[]>()
  for (const port of picture.downPorts) {
    if (port.isOff === true) continue
    const near = picture.answers.get(port.device)
    const link = linkAt(picture.ways, port)
    if (near === undefined || down.has(near.device)) continue
    const far = link === undefined ? undefined : picture.answers.get(farNode(link, near.device))
    if (link === undefined || far === undefined || (far.state === 'unknown' && !down.has(far.device))) {
      const isExplained =
        (link !== undefined && isOfPassage(picture, link)) || wentWithDevice(picture, { port, near, down })
      if (isExplained) quiet.push({ device: port.device, port: port.port })
      continue
    }
    quiet.push({ device: port.device, port: port.port })
    const key = [near.device, far.device].sort().join('|')
    const isKnown = picture.open.some((one) => one.key === `link:${key}`)
    // A link that failed first goes on when its other end is away later.
    if (!isKnown && (down.has(far.device) || !wasAskedSince(far, port.since, picture.now))) continue
    // The other end is back: the port is up again too, but may not have been asked, one of an agent's own machine neither.
    const asked = { ...near, isHost: false, askedAt: port.askedAt }
    if (!isKnown && !wasAskedSince(asked, far.since, picture.now)) continue
    pairs.set(key, [...(pairs.get(key) ?? []), { down: port, near, far, link }])
  }
  return { causes: [...pairs].map(([key, broken]) => linkCause(key, broken)), quietPorts: quiet }
}

/** The port leads to what nobody asks, and that is an open incident. */
function isOfPassage({ open }: Picture, { id }: TopologyLink): boolean {
  return open.some((standing) => standing.kind === 'link' && standing.cause.link === id)
}

function linkAt(ways: Ways, { device, port }: DownPort): TopologyLink | undefined {
  return waysFrom(ways, device).find(({ link }) => {
    if (link.confidence < SURE_CONFIDENCE) return false
    if (endAt(link, device).port === port) return true
    const isA = link.a.node === device
    return link.members.some((member) => (isA ? member.a : member.b) === port)
  })?.link
}

function farNode({ a, b }: TopologyLink, node: string): string {
  return a.node === node ? b.node : a.node
}

function endAt(link: TopologyLink, node: string): LinkEnd {
  return link.a.node === node ? link.a : link.b
}

function linkCause(key: string, broken: readonly Broken[]): Cause {
  const [first] = [...broken].sort((a, b) => (a.near.device < b.near.device ? -1 : 1))
  if (first === undefined) throw new Error('a pair without a link')
  const { near, far, link, down } = first
  const ids = new Set(broken.map((one) => one.link.id))
  const farPort = endAt(link, far.device).port
  const text = `${near.name} ${down.port} to ${farPort === undefined ? far.name : `${far.name} ${farPort}`}`
  const isMember = endAt(link, near.device).port !== down.port
  return {
    key: `link:${key}`,
    kind: 'link',
    site: near.site,
    cause: {
      ...{ device: near.device, port: down.port, link: link.id },
      text: ids.size === 1 ? text : `${text} and ${ids.size - 1} more between them`,
    },
    or: [],
    since: broken.reduce((least, one) => (one.down.since < least ? one.down.since : least), down.since),
    evidence: [
      ...broken.slice(0, 4).map((one) => `${one.near.name} ${one.down.port} is down`),
      isMember ? 'it is one of a bundle' : `${near.name} and ${far.name} answer`,
    ],
    failed: [],
    behind: [],
  }
}
