import type { TopologyLink } from '@eyenet/shared/api'
import type { Answer, DownPort, Picture } from './picture.ts'
import { wasAskedSince } from './timing.ts'
import { type Way, type Ways, waysFrom } from './ways.ts'

/** One who is asked, next to a device: by a link, or through nodes that nobody asks. */
export type Near = {
  readonly answer: Answer
  /** The link at the neighbour, and its port there. */
  readonly link: TopologyLink
  readonly port: string | undefined
  /** What lies between. */
  readonly passage: Passage | undefined
}

/** Nodes that nobody asks and that hang together, with those who are asked around them. */
export type Passage = {
  readonly id: string
  readonly nodes: readonly string[]
  readonly around: readonly Omit<Near, 'passage'>[]
}

/** Bounds the walk through nodes that nobody asks: beyond it they are one cloud of which nothing can be told. */
const MAX_PASSAGE_NODES = 2_000

/** Looks around devices. What it finds is kept for one decision. */
export class Neighbourhood {
  readonly #picture: Picture
  readonly #isDown: (node: string) => boolean
  readonly #passages = new Map<string, Passage>()
  readonly #ports: ReadonlyMap<string, DownPort>

  constructor(picture: Picture, isDown: (node: string) => boolean) {
    this.#picture = picture
    this.#isDown = isDown
    this.#ports = new Map(picture.downPorts.map((down) => [portKey(down.device, down.port), down]))
  }

  downPort(node: string, port: string | undefined): DownPort | undefined {
    return port === undefined ? undefined : this.#ports.get(portKey(node, port))
  }

  /**
   * All who are asked around a device, itself left out. One who answers another agent only passes on: that it is well
   * does not say that this agent reaches it.
   */
  around({ device, agent }: Answer): readonly Near[] {
    const found: Near[] = []
    for (const way of waysFrom(this.#picture.ways, device)) {
      const answer = this.#askedBy(agent, way.to)
      if (answer !== undefined) {
        found.push({ answer, ...farEnd(way), passage: undefined })
        continue
      }
      const passage = this.#passageAt(way.to, agent)
      for (const near of passage.around) if (near.answer.device !== device) found.push({ ...near, passage })
    }
    return found
  }

  #askedBy(agent: string, node: string): Answer | undefined {
    const answer = this.#picture.answers.get(node)
    if (answer === undefined || this.#isDown(node)) return answer
    return answer.state === 'up' && answer.agent === agent ? answer : undefined
  }

  /** Those around a device that is down who answer: asked since, and not asked since. Broken ways do not count. */
  answering(down: Answer): { readonly fresh: readonly Near[]; readonly stale: readonly Near[] } {
    const { now } = this.#picture
    const up = this.around(down).filter(
      ({ answer, port }) => !this.#isDown(answer.device) && !this.#brokeBefore(down, answer.device, port),
    )
    const fresh = up.filter(({ answer }) => wasAskedSince(answer, down.since, now))
    return { fresh, stale: fresh.length > 0 ? [] : up }
  }

  /** Those around it that are down too. */
  down(answer: Answer): readonly Near[] {
    return this.around(answer).filter((near) => this.#isDown(near.answer.device))
  }

  /** A port that was down while the device behind it still answered is no way to it. */
  #brokeBefore(down: Answer, near: string, port: string | undefined): boolean {
    const broken = this.downPort(near, port)
    return broken !== undefined && broken.since < down.answeredAt
  }

  #passageAt(first: string, agent: string): Passage {
    const known = this.#passages.get(`${agent} ${first}`)
    if (known !== undefined) return known
    const nodes = [first]
    const seen = new Set(nodes)
    const around: Omit<Near, 'passage'>[] = []
    for (const node of nodes) {
      for (const way of waysFrom(this.#picture.ways, node)) {
        const answer = this.#askedBy(agent, way.to)
        if (answer !== undefined) around.push({ answer, ...farEnd(way) })
        else if (!seen.has(way.to) && nodes.length < MAX_PASSAGE_NODES) {
          seen.add(way.to)
          nodes.push(way.to)
        }
      }
    }
    const passage = { id: [...nodes].sort()[0] ?? first, nodes, around }
    for (const node of nodes) this.#passages.set(`${agent} ${node}`, passage)
    return passage
  }
}

/** The link of a way, and the port at its far end. */
function farEnd({ to, link }: Way): { readonly link: TopologyLink; readonly port: string | undefined } {
  return { link, port: link.a.node === to ? link.a.port : link.b.port }
}

/** Whether things are known of a passage that can fail as one: a shared network cannot. */
export function canFail(passage: Passage, ways: Ways): boolean {
  return passage.nodes.every((node) => ways.nodes.get(node)?.kind !== 'segment')
}

function portKey(node: string, port: string): string {
  return `${node}\u0000${port}`
}
