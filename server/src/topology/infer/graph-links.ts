import type { TopologyLink } from '@eyenet/shared/api'
import { compareText } from './directory.ts'
import { type DraftLink, linkId } from './draft-link.ts'
import { finishLink } from './finish-link.ts'
import { bundleKey, foldBundle } from './fold-bundle.ts'
import type { KnownDevice } from './known-device.ts'

/** A draft, where it is in the list, and what it is drawn as: itself, or the bundle whose cable it is. */
type Kept = { at: number; turn: number; readonly bundle: string | undefined; readonly id: string }
type Entry = { readonly id: string; link: TopologyLink }

/** Behind every draft of the list: bundles come last. */
const BEHIND_ALL = 2 ** 32

/**
 * The links of the graph in order of their ids. Drafts of the same ends are one link, cables of one bundle are one, and
 * only those are worked out again of which a draft came or went, or a device at an end tells something else.
 */
export class GraphLinks {
  readonly #kept = new Map<DraftLink, Kept>()
  readonly #ofDevice = new Map<KnownDevice, Set<DraftLink>>()
  readonly #ofBundle = new Map<string, Set<DraftLink>>()
  readonly #folded = new Map<string, DraftLink>()
  readonly #ofId = new Map<string, Set<DraftLink>>()
  readonly #entries = new Map<string, Entry>()
  #inOrder: Entry[] = []
  #turn = 0

  /** `changed`: devices that tell something else than the last time. */
  update(drafts: readonly DraftLink[], changed: ReadonlySet<KnownDevice>): readonly TopologyLink[] {
    const bundles = new Set<string>()
    const ids = new Set<string>()
    for (const device of changed) for (const one of this.#ofDevice.get(device) ?? []) this.#drop(one, { bundles, ids })
    this.#turn += 1
    drafts.forEach((draft, at) => {
      const known = this.#kept.get(draft)
      if (known === undefined) this.#keep(draft, at, { bundles, ids })
      else {
        known.at = at
        known.turn = this.#turn
      }
    })
    for (const [draft, { turn }] of this.#kept) if (turn !== this.#turn) this.#drop(draft, { bundles, ids })
    for (const key of bundles) this.#fold(key, ids)
    this.#finish(ids)
    return this.#inOrder.map(({ link }) => link)
  }

  #keep(draft: DraftLink, at: number, { bundles, ids }: Touched): void {
    const bundle = bundleKey(draft)
    const id = bundle === undefined ? linkId(draft) : ''
    this.#kept.set(draft, { at, turn: this.#turn, bundle, id })
    for (const device of devicesOf(draft)) addTo(this.#ofDevice, device, draft)
    if (bundle === undefined) {
      addTo(this.#ofId, id, draft)
      ids.add(id)
    } else {
      addTo(this.#ofBundle, bundle, draft)
      bundles.add(bundle)
    }
  }

  #drop(draft: DraftLink, { bundles, ids }: Touched): void {
    const known = this.#kept.get(draft)
    if (known === undefined) return
    this.#kept.delete(draft)
    for (const device of devicesOf(draft)) deleteFrom(this.#ofDevice, device, draft)
    if (known.bundle === undefined) {
      deleteFrom(this.#ofId, known.id, draft)
      ids.add(known.id)
    } else {
      deleteFrom(this.#ofBundle, known.bundle, draft)
      bundles.add(known.bundle)
    }
  }

  #fold(key: string, ids: Set<string>): void {
    const before = this.#folded.get(key)
    if (before !== undefined) {
      deleteFrom(this.#ofId, linkId(before), before)
      ids.add(linkId(before))
      this.#folded.delete(key)
    }
    const cables = this.#ofBundle.get(key)
    if (cables === undefined) return
    const now = foldBundle(this.#inTurn(cables))
    this.#folded.set(key, now)
    addTo(this.#ofId, linkId(now), now)
    ids.add(linkId(now))
  }

  #finish(ids: ReadonlySet<string>): void {
    let isSame = true
    for (const id of ids) {
      const drafts = this.#ofId.get(id)
      const before = this.#entries.get(id)
      if (drafts === undefined) {
        isSame &&= before === undefined
        this.#entries.delete(id)
        continue
      }
      const link = finishLink(id, this.#inTurn(drafts))
      if (before !== undefined) before.link = link
      else {
        const entry = { id, link }
        this.#entries.set(id, entry)
        this.#inOrder.push(entry)
        isSame = false
      }
    }
    if (isSame) return
    // Nearly in order already where most of it is as it was.
    this.#inOrder = this.#inOrder.filter((one) => this.#entries.get(one.id) === one)
    this.#inOrder.sort((a, b) => compareText(a.id, b.id))
  }

  /** In the order of the list: of two that are as sure as each other the first one holds. */
  #inTurn(drafts: ReadonlySet<DraftLink>): readonly DraftLink[] {
    if (drafts.size === 1) return [...drafts]
    const place = (one: DraftLink): number => this.#kept.get(one)?.at ?? BEHIND_ALL
    return [...drafts].sort((a, b) => place(a) - place(b))
  }
}

type Touched = { readonly bundles: Set<string>; readonly ids: Set<string> }

const devicesOf = ({ a, b }: DraftLink): readonly KnownDevice[] =>
  [a.device, b.device].filter((one) => one !== undefined)

function addTo<K>(map: Map<K, Set<DraftLink>>, key: K, draft: DraftLink): void {
  const all = map.get(key)
  if (all === undefined) map.set(key, new Set([draft]))
  else all.add(draft)
}

function deleteFrom<K>(map: Map<K, Set<DraftLink>>, key: K, draft: DraftLink): void {
  const all = map.get(key)
  all?.delete(draft)
  if (all?.size === 0) map.delete(key)
}
