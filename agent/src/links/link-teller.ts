import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { NewLinks } from '../buffer/buffer.ts'
import type { LinkPartName, LinkParts } from './told-parts.ts'

const DAY_MS = 86_400_000
/** JSON of one report: as large as that it is carried even where it does not deflate. */
const MAX_PLAIN_BYTES = 900_000
/** A longer one travels where it deflates to so much; a frame holds 4 MiB of JSON. */
const MAX_DEFLATED_BYTES = 800_000
const MAX_JSON_BYTES = 3_500_000

type Told = { readonly digest: string; readonly atMs: number }
export type TellingAt = { readonly device: DeviceId; readonly at: EpochMs; readonly nowMs: number }

/** Decides which parts of what a device tells of its links are worth telling again: on change, and daily. */
export class LinkTeller {
  readonly #told = new Map<string, Told>()

  /** Reports of the parts that are due: mostly one, more where one message could not carry them all. */
  reports(parts: LinkParts, truncated: readonly string[], { device, at, nowMs }: TellingAt): NewLinks[] {
    const reports: NewLinks[] = []
    let open: NewLinks = { kind: 'links', at, device, truncated: [] }
    let bytes = 0
    for (const name of PART_NAMES) {
      const told = this.#due(name, parts, nowMs)
      if (told === undefined) continue
      const fitting = fitted(told)
      const isCut = fitting.part !== told || truncated.includes(name)
      if (bytes > 0 && bytes + fitting.bytes > MAX_PLAIN_BYTES) {
        reports.push(open)
        open = { kind: 'links', at, device, truncated: [] }
        bytes = 0
      }
      bytes += fitting.bytes
      open = { ...open, ...fitting.part, truncated: isCut ? [...open.truncated, name] : open.truncated }
    }
    return bytes > 0 ? [...reports, open] : reports
  }

  /** The part by its name, where it is due. */
  #due(name: LinkPartName, parts: LinkParts, nowMs: number): LinkParts | undefined {
    const value = parts[name]
    if (value === undefined) return undefined
    const digest = createHash('sha1').update(JSON.stringify(value)).digest('base64')
    const before = this.#told.get(name)
    if (before?.digest === digest && nowMs - before.atMs < DAY_MS) return undefined
    this.#told.set(name, { digest, atMs: nowMs })
    return { [name]: value }
  }
}

const PART_NAMES: readonly LinkPartName[] = [
  ...(['identifiers', 'neighbors', 'bridge', 'bundles', 'addresses', 'gateways', 'vlans', 'routing'] as const),
  ...(['arp', 'forwarding'] as const),
]

/** One part in a size that a message carries: a list that is too long loses its end. */
function fitted(part: LinkParts): { readonly part: LinkParts; readonly bytes: number } {
  let kept = part
  for (;;) {
    const body = Buffer.from(JSON.stringify(kept))
    if (body.length <= MAX_PLAIN_BYTES) return { part: kept, bytes: body.length }
    const isCarried = body.length <= MAX_JSON_BYTES && deflateRawSync(body).length <= MAX_DEFLATED_BYTES
    // Alone in its report: it is counted as full.
    if (isCarried) return { part: kept, bytes: MAX_PLAIN_BYTES }
    kept = halved(kept)
  }
}

function halved(part: LinkParts): LinkParts {
  const { bridge, routing } = part
  if (bridge !== undefined) return { bridge: { ...bridge, ports: half(bridge.ports) } }
  if (routing !== undefined) return { routing: { bgp: half(routing.bgp), ospf: half(routing.ospf) } }
  return Object.fromEntries(
    Object.entries(part).map(([name, list]) => [name, Array.isArray(list) ? half<unknown>(list) : list]),
  )
}

function half<T>(list: readonly T[]): T[] {
  return list.slice(0, Math.floor(list.length / 2))
}
