import type { LinkEvidence } from '@eyenet/shared/api'
import type { Directory } from './directory.ts'
import { type DraftLink, endOf, inOrder } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'
import { portWith } from './routing-links.ts'

/** It tells where it sends frames, and the address is one device's. */
const TOLD = 0.9

/**
 * Layer 3: the routers to which a device sends what is for nobody near. Of an agent's own machine, which no switch
 * names, that is how it hangs on the network.
 */
export function gatewayLinksOf(device: KnownDevice, directory: Directory): readonly DraftLink[] {
  const { view } = device
  return (view.links.gateways ?? []).flatMap(({ ip, port }): readonly DraftLink[] => {
    const gateway = directory.withAddress(ip, device)
    if (gateway === undefined || gateway === device) return []
    const text = `${view.name} has the default gateway ${ip}, which is ${gateway.view.name}`
    const evidence: LinkEvidence = { kind: 'subnet', device: view.device, text, at: view.linksAt }
    const told: LinkEvidence = port === undefined ? evidence : { ...evidence, port }
    const rest = { members: [], confidence: TOLD, evidence: [told], since: view.linksAt }
    const [a, b] = [endOf(device, port), endOf(gateway, portWith(gateway, ip))]
    return [inOrder({ layer: 'l3', kind: 'subnet', a, b, ...rest })]
  })
}
