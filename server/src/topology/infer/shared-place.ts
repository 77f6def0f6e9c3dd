import type { DraftEnd, DraftLink } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'

/** Where a station may be that its bridge has forgotten: with others at a port of the bridge. */
export type SharedPlace =
  | { readonly kind: 'medium'; readonly port: string; readonly node: string }
  /** One device seems to be there alone, and does not announce itself though the bridge listens. */
  | { readonly kind: 'link'; readonly port: string; readonly link: DraftLink }

/**
 * The only place at a bridge with room for one more: a medium where nobody announces himself; where there is none, the only
 * device of which the bridge should hear and does not. Undefined where several fit, or none. `between`: media that join bridges.
 */
export function sharedPlaceAt(
  bridge: KnownDevice,
  links: readonly DraftLink[],
  between: ReadonlySet<string>,
): SharedPlace | undefined {
  const announced = new Set(links.filter(isAnnounced).map((link) => endsFrom(bridge, link)[0].port))
  const open = links.flatMap((link): readonly SharedPlace[] => {
    const [near, far] = endsFrom(bridge, link)
    if (near.port === undefined || announced.has(near.port) || link.layer !== 'l2' || between.has(far.node)) return []
    if (far.node.startsWith('unmanaged:')) return [{ kind: 'medium', port: near.port, node: far.node }]
    return isLeaf(far) ? [{ kind: 'link', port: near.port, link }] : []
  })
  const media = open.filter(({ kind }) => kind === 'medium')
  const alone = isListening(bridge) ? open.filter(({ kind }) => kind === 'link') : []
  const fitting = media.length > 0 ? media : alone
  return fitting.length === 1 ? fitting[0] : undefined
}

const endsFrom = (bridge: KnownDevice, { a, b }: DraftLink): readonly [DraftEnd, DraftEnd] =>
  a.device === bridge ? [a, b] : [b, a]

const isLeaf = ({ device, port }: DraftEnd): boolean =>
  device !== undefined && port !== undefined && device.table === undefined

const isAnnounced = ({ evidence }: DraftLink): boolean => evidence.some(({ kind }) => kind !== 'fdb' && kind !== 'arp')

const isListening = ({ view }: KnownDevice): boolean =>
  (view.links.neighbors ?? []).some(({ protocol }) => protocol === 'lldp')
