import { compareText } from './directory.ts'
import { endKey } from './draft-link.ts'
import { firstTold, type HeardLink, isDenied, isFromBothSides } from './heard-link.ts'
import { pushTo } from './push-to.ts'

/** Links of their own, and those that share a medium: each group has the links that meet at its ports. */
export type Settled = { readonly alone: readonly HeardLink[]; readonly shared: readonly (readonly HeardLink[])[] }

/**
 * One port has one cable. Where several links end at one port, what is stale or heard through another device goes; what
 * is left shares a medium (a switch that passes LLDP on), or was told at different times: then the newest stays.
 */
export function settlePorts(links: readonly HeardLink[]): Settled {
  const atPort = byPort(links)
  const dropped = new Set<HeardLink>()
  const crowded = [...atPort].filter(([, all]) => all.length > 1).sort(([a], [b]) => compareText(a, b))
  for (const [, all] of crowded) for (const one of heardThrough(all)) dropped.add(one)
  for (const [, all] of crowded) for (const one of stale(left(all, dropped))) dropped.add(one)
  for (const [port, all] of crowded) for (const one of outdated(port, left(all, dropped))) dropped.add(one)
  const kept = left(links, dropped)
  const meeting = new Set(crowded.map(([, all]) => left(all, dropped)).flatMap((all) => (all.length > 1 ? all : [])))
  return { alone: kept.filter((one) => !meeting.has(one)), shared: connected([...meeting]) }
}

const left = (all: readonly HeardLink[], dropped: ReadonlySet<HeardLink>): readonly HeardLink[] =>
  all.filter((one) => !dropped.has(one))

function byPort(links: readonly HeardLink[]): Map<string, HeardLink[]> {
  const atPort = new Map<string, HeardLink[]>()
  for (const link of links) {
    pushTo(atPort, link.aKey, link)
    if (link.bKey !== undefined) pushTo(atPort, link.bKey, link)
  }
  return atPort
}

/** CDP and FDP cross switches that do not speak them; LLDP does not cross a switch that speaks it. */
function heardThrough(all: readonly HeardLink[]): readonly HeardLink[] {
  const isNearest = ({ hearings }: HeardLink): boolean =>
    hearings.some(({ heard, to }) => {
      const isPhone = to?.device.view.role === 'phone' || heard.capabilities?.includes('telephone') === true
      return (heard.protocol === 'lldp' || heard.protocol === 'edp') && !isPhone
    })
  const crosses = ({ hearings }: HeardLink): boolean =>
    hearings.every(({ heard }) => heard.protocol === 'cdp' || heard.protocol === 'fdp')
  return all.some(isNearest) ? all.filter(crosses) : []
}

/** Beside a link that both ends tell, one that only one end tells while the other could is not there any more. */
function stale(all: readonly HeardLink[]): readonly HeardLink[] {
  if (!all.some(({ hearings }) => isFromBothSides(hearings))) return []
  return all.filter(({ hearings }) => isDenied(hearings))
}

/**
 * A port hears what is there now: it may hear several. What only others say of it holds against that if it was first
 * told later, and one other at most.
 */
function outdated(port: string, all: readonly HeardLink[]): readonly HeardLink[] {
  if (all.length < 2) return []
  const isOwn = ({ hearings }: HeardLink): boolean =>
    hearings.some(({ by, port: at }) => `${by.view.device}|${at}` === port)
  const told = (link: HeardLink): number => firstTold(link.hearings)
  const own = all.filter(isOwn)
  const others = all.filter((one) => !isOwn(one)).sort((a, b) => told(b) - told(a) || compareText(keyOf(a), keyOf(b)))
  const [newest] = others
  if (newest === undefined) return []
  const isNewer = own.every((one) => told(one) < told(newest))
  return isNewer ? all.filter((one) => one !== newest) : others
}

const keyOf = ({ a, b }: HeardLink): string => `${endKey(a)}~${endKey(b)}`

/** Links that are joined through common ports, directly or by others. */
function connected(links: readonly HeardLink[]): readonly (readonly HeardLink[])[] {
  const atPort = byPort(links)
  const seen = new Set<HeardLink>()
  return links.flatMap((link): readonly (readonly HeardLink[])[] => {
    if (seen.has(link)) return []
    seen.add(link)
    const all = [link]
    for (const one of all) {
      for (const key of [one.aKey, one.bKey]) {
        for (const next of (key === undefined ? undefined : atPort.get(key)) ?? []) {
          if (seen.has(next)) continue
          seen.add(next)
          all.push(next)
        }
      }
    }
    return [all]
  })
}
