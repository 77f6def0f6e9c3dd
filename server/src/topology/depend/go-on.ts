import type { DeviceId } from '@eyenet/shared/identity'
import type { Answer, Cause, Picture, Standing } from './picture.ts'

export type Found = {
  readonly found: readonly Cause[]
  /** Who stays in an open incident, by its id. */
  readonly kept: ReadonlyMap<string, readonly Answer[]>
  /** Whether the cause of an open incident is there still. */
  readonly stands: (standing: Standing) => boolean
}

/**
 * Ties what was found to the incidents that are open. The same cause goes on; a cause that now explains the failure for
 * which an incident was opened takes it over; what is only waiting for its members keeps them.
 */
export function goOn(picture: Picture, { found, kept, stands }: Found): readonly Cause[] {
  const byKey = new Map(picture.open.map((one) => [one.key, one]))
  const taken = new Set(found.flatMap(({ key }) => byKey.get(key)?.id ?? []))
  const causes = found.map((cause) => {
    const same = byKey.get(cause.key)
    const standing = same ?? takenOver(picture.open, { cause, taken })
    if (standing === undefined) return cause
    taken.add(standing.id)
    // One failure is called one thing from beginning to end; which link it may be is known once ports have been asked.
    const link = same?.cause.link ?? cause.cause.link
    const called = same === undefined ? cause.cause : { ...same.cause, ...(link !== undefined && { link }) }
    return withKept(
      { ...cause, cause: called, id: standing.id, since: standing.since },
      kept.get(standing.id) ?? [],
      standing,
    )
  })
  const left = picture.open.filter(({ id }) => !taken.has(id) && (kept.get(id)?.length ?? 0) > 0)
  const waiting = left.map((standing) => {
    const { members: _, overAt, ...head } = standing
    const over = stands(standing) ? undefined : (overAt ?? picture.now)
    const cause: Cause = { ...head, failed: [], behind: [], ...(over !== undefined && { overAt: over }) }
    return withKept(cause, kept.get(standing.id) ?? [], standing)
  })
  return [...causes, ...waiting]
}

/** The oldest incident, of none of the causes found, whose own failure this cause explains. */
function takenOver(
  open: readonly Standing[],
  { cause, taken }: { readonly cause: Cause; readonly taken: ReadonlySet<string> },
): Standing | undefined {
  const explained = new Set<DeviceId>([...cause.failed, ...cause.behind])
  const own = open.filter(({ id, overAt, members }) => {
    if (taken.has(id) || overAt !== undefined) return false
    return [...members].some(([device, part]) => part === 'failed' && explained.has(device))
  })
  return own.sort((a, b) => a.since - b.since)[0]
}

function withKept(cause: Cause, kept: readonly Answer[], { members }: Standing): Cause {
  const failed = new Set(cause.failed)
  const behind = new Set(cause.behind)
  for (const { device } of kept) {
    if (failed.has(device) || behind.has(device)) continue
    if (cause.kind === 'power' && members.get(device) !== 'behind') failed.add(device)
    else behind.add(device)
  }
  return { ...cause, failed: [...failed], behind: [...behind] }
}
