import type { DeviceId } from '@eyenet/shared/identity'
import { canFail, type Near, type Neighbourhood } from './near.ts'
import type { Answer, Picture, Standing } from './picture.ts'
import { failedTogether, returnMs, wasAskedSince } from './timing.ts'
import { waysFrom } from './ways.ts'

/** A device that failed itself, as far as its neighbours tell, with those behind it. */
export type Source = {
  readonly answer: Answer
  /** Those who answer next to it. */
  readonly near: readonly Near[]
  readonly behind: Answer[]
}

export type Assigned = {
  readonly sources: readonly Source[]
  /** Members of open incidents that have had no time yet to come back, by the incident's id. */
  readonly kept: ReadonlyMap<string, readonly Answer[]>
  readonly held: ReadonlySet<DeviceId>
}

type Role =
  | { readonly kind: 'source'; readonly source: Source }
  | { readonly kind: 'kept'; readonly id: string }
  | { readonly kind: 'held' }

/**
 * Tells of every device that is down whether it failed itself, is behind another that did, or cannot be judged yet.
 * Itself: a neighbour of it answers that was asked since. Behind: all ways to it lead through devices that are down and
 * may have failed at the same moment. What answered after that moment, or was away before it, failed by itself.
 */
export function assign(picture: Picture, hood: Neighbourhood, down: ReadonlyMap<string, Answer>): Assigned {
  return new Assignment(picture, hood, down).run()
}

class Assignment {
  readonly #picture: Picture
  readonly #hood: Neighbourhood
  readonly #down: ReadonlyMap<string, Answer>
  readonly #roles = new Map<string, Role>()
  readonly #memberOf: ReadonlyMap<string, Standing>

  constructor(picture: Picture, hood: Neighbourhood, down: ReadonlyMap<string, Answer>) {
    this.#picture = picture
    this.#hood = hood
    this.#down = down
    this.#memberOf = new Map(picture.open.flatMap((one) => [...one.members.keys()].map((device) => [device, one])))
  }

  run(): Assigned {
    const queue: Answer[] = []
    for (const answer of this.#down.values()) {
      const { fresh, stale } = this.#hood.answering(answer)
      if (fresh.length + stale.length === 0) continue
      this.#roles.set(answer.device, this.#atTheEdge(answer, fresh, stale))
      queue.push(answer)
    }
    this.#spread(queue)
    // Parts of the network in which nobody answers: the one that most hangs on leads, then who came first.
    const rest = [...this.#down.values()].sort((a, b) => this.#weight(b) - this.#weight(a) || a.since - b.since)
    for (const answer of rest) {
      if (this.#roles.has(answer.device)) continue
      this.#roles.set(answer.device, this.#atTheEdge(answer, [], []))
      this.#spread([answer])
    }
    return this.#assigned()
  }

  #atTheEdge(answer: Answer, fresh: readonly Near[], stale: readonly Near[]): Role {
    const standing = this.#memberOf.get(answer.device)
    if (standing !== undefined && this.#isKept(answer, standing, fresh)) return { kind: 'kept', id: standing.id }
    if (fresh.length === 0 && stale.length > 0) return { kind: 'held' }
    return { kind: 'source', source: { answer, near: fresh, behind: [] } }
  }

  /** Whether what explained its silence does so still, or ended too short ago for it to be back. */
  #isKept(answer: Answer, standing: Standing, fresh: readonly Near[]): boolean {
    const { now, answers } = this.#picture
    if (standing.kind === 'device' && standing.cause.device === answer.device) return false
    const isBack = (device: string): boolean => {
      const member = answers.get(device)
      return member?.state === 'up' && member.since > standing.since
    }
    const came = fresh.filter((near) => standing.members.has(near.answer.device) && isBack(near.answer.device))
    const ways = came.map((near) => near.answer.since)
    if (ways.length > 0) return now < Math.max(...ways) + returnMs(answer)
    if (isStanding(standing, { isDown: (device) => this.#down.has(device), isBack })) return true
    return now < (standing.overAt ?? now) + returnMs(answer)
  }

  #spread(queue: Answer[]): void {
    for (const answer of queue) {
      const role = this.#roles.get(answer.device)
      if (role === undefined) continue
      const lead = role.kind === 'source' ? role.source.answer : answer
      for (const { answer: next } of this.#hood.down(answer)) {
        if (this.#roles.has(next.device) || !failedTogether(lead, next)) continue
        this.#roles.set(next.device, role)
        if (role.kind === 'source') role.source.behind.push(next)
        queue.push(next)
      }
    }
  }

  #weight({ device, role }: Answer): number {
    return (PASSING_ON.has(role) ? 1_000 : 0) + waysFrom(this.#picture.ways, device).length
  }

  #assigned(): Assigned {
    const sources = new Set<Source>()
    const kept = new Map<string, Answer[]>()
    const held = new Set<DeviceId>()
    for (const answer of this.#down.values()) {
      const role = this.#roles.get(answer.device)
      if (role?.kind === 'source') sources.add(role.source)
      else if (role?.kind === 'held') held.add(answer.device)
      else if (role?.kind === 'kept') kept.set(role.id, [...(kept.get(role.id) ?? []), answer])
    }
    return { sources: [...sources], kept, held }
  }
}

/** Roles of devices on which others hang. */
export const PASSING_ON: ReadonlySet<string> = new Set([
  'router',
  'firewall',
  'switch',
  'access-point',
  'load-balancer',
])

type Standings = { readonly isDown: (device: string) => boolean; readonly isBack: (device: string) => boolean }

/** Whether the cause of an incident is there still. */
export function isStanding(standing: Standing, { isDown, isBack }: Standings): boolean {
  if (standing.overAt !== undefined) return false
  const { device } = standing.cause
  if (standing.kind === 'device' && device !== undefined) return isDown(device)
  return ![...standing.members.keys()].some(isBack)
}

/** Sources that hang on one thing that nobody asks and behind which nothing answers: it failed, or the way to it. */
export function sharedPassages(
  picture: Picture,
  sources: readonly Source[],
): { readonly groups: ReadonlyMap<string, readonly Source[]>; readonly held: readonly Source[] } {
  const groups = new Map<string, Source[]>()
  const held: Source[] = []
  for (const source of sources) {
    const passage = source.near[0]?.passage
    if (passage === undefined || !canFail(passage, picture.ways)) continue
    if (source.near.some((near) => near.passage !== passage)) continue
    if (new Set(source.near.map(({ answer }) => answer.device)).size !== 1) continue
    const list = groups.get(passage.id)
    if (list === undefined) groups.set(passage.id, [source])
    else list.push(source)
  }
  for (const [id, group] of groups) {
    const [first] = group
    const around = first?.near[0]?.passage?.around ?? []
    const near = first?.near[0]?.answer.device
    const mayAnswer = around.filter(
      ({ answer }) => answer.device !== near && answer.state === 'up' && first !== undefined,
    )
    const together = group.filter((one) => first !== undefined && failedTogether(first.answer, one.answer))
    if (together.length < 2) groups.delete(id)
    else if (mayAnswer.length > 0) {
      groups.delete(id)
      const at = first?.answer.since ?? 0
      if (mayAnswer.every(({ answer }) => !wasAskedSince(answer, at, picture.now))) held.push(...together)
    } else groups.set(id, together)
  }
  return { groups, held }
}
