import type { OutboxEpoch } from '@eyenet/shared/identity'
import type { Lane, Peer } from '@eyenet/shared/wire'

/** How the store's marks name one lane of one outbox. */
export function sourceOf(peer: Peer, epoch: OutboxEpoch, lane: Lane): string {
  return `${peer.agent}/${epoch}/${lane}`
}
