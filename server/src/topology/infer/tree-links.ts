import type { LinkEvidence } from '@eyenet/shared/api'
import type { Directory } from './directory.ts'
import { type DraftLink, endKey, endOf, inOrder } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'
import type { Meet } from './meetings.ts'
import type { Memo } from './memo.ts'
import type { Ruler } from './read-tree.ts'
import type { Sights } from './sights.ts'

/** A bridge hears the other one's messages at the port; the other one cannot say who listens. */
const TOLD_BY_TREE = 0.9

/** A bridge that hears another one. Over an open one frames go; the other kind is blocked. */
export type TreeLink = {
  readonly here: Meet
  readonly there: Meet
  readonly certainty: number
  readonly isOpen: boolean
  readonly link: DraftLink
}

/**
 * Bridges that hear each other in the spanning tree, also where a cable is blocked and carries no frames. What passes the
 * messages on without knowing of them is not seen.
 */
export function treeLinks(
  devices: readonly KnownDevice[],
  { directory, sights, memo }: { directory: Directory; sights: Sights; memo: Memo<TreeLink> },
): readonly TreeLink[] {
  memo.turn()
  const found: TreeLink[] = []
  for (const device of devices) {
    for (const ruler of device.tree.rulers) {
      const other = directory.ownerOf(ruler.mac)
      const port = other?.tree.ownPorts.get(ruler.portId)
      if (other === undefined || other === device || port === undefined) continue
      const inputs = [sights, device.view, other, port, ruler.isOpen]
      found.push(memo.get(ruler, inputs, () => draw({ device, ruler, other, port, sights })))
    }
  }
  return found
}

type Drawing = {
  readonly device: KnownDevice
  readonly ruler: Ruler
  readonly other: KnownDevice
  readonly port: string
  readonly sights: Sights
}

function draw({ device, ruler, other, port, sights }: Drawing): TreeLink {
  const { view } = device
  const [near, far] = [endOf(device, ruler.port), endOf(other, port)]
  const how = ruler.isOpen ? 'in the spanning tree' : 'in the spanning tree, and passes no frames there'
  const text = `${view.name} ${ruler.port} hears ${other.view.name} ${port} ${how}`
  const evidence: LinkEvidence = { kind: 'stp', device: view.device, port: ruler.port, text, at: view.linksAt }
  return {
    here: { key: endKey(near), end: near, station: sights.bridge(device), evidence: [evidence] },
    there: { key: endKey(far), end: far, station: sights.bridge(other), evidence: [] },
    ...{ certainty: TOLD_BY_TREE, isOpen: ruler.isOpen },
    link: inOrder({
      ...{ layer: 'l2', kind: 'ethernet', a: near, b: far, members: [] },
      ...{ confidence: TOLD_BY_TREE, evidence: [evidence], since: view.linksAt },
    }),
  }
}
