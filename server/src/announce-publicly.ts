import { messageOf } from '@eyenet/shared/errors'
import { publicAlertTopic, publicDeviceTopic } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { AlertingRoom } from './alerting/alerting.ts'
import type { Broker } from './broker/broker.ts'
import type { InventoryRoom } from './inventory/inventory.ts'

export type AnnounceOptions = {
  readonly alerting: AlertingRoom
  readonly inventory: InventoryRoom
  readonly broker: () => Broker | undefined
  readonly logger: Logger
}

/** Topics that a broker is to forget once it is back. */
const MAX_OWED = 10_000

/**
 * What integrations read: the state of each alert and device, kept by the broker for those who come later. The answer
 * tells all of it, to a broker that may know none of it.
 */
export function announcePublicly({ alerting, inventory, broker, logger }: AnnounceOptions): () => void {
  const owed = new Set<string>()
  const failed = (thrown: unknown): void =>
    logger.error({ error: messageOf(thrown) }, 'could not publish to integrations')
  const publish = (topic: string, state: unknown): void => {
    const there = broker()
    if (there?.isListening() !== true) {
      // A broker beside this server is told what there is when it is back; what there is no more it must forget.
      if (state === undefined && owed.size < MAX_OWED) owed.add(topic)
      return
    }
    there.publish(topic, state === undefined ? '' : JSON.stringify(state), { retain: true }).catch(failed)
  }
  alerting.onChange((alert) => {
    // What has ended is told once and then forgotten, so that the retained topics are the open alerts.
    publish(publicAlertTopic(alert.id), alert)
    if (alert.state === 'resolved') publish(publicAlertTopic(alert.id), undefined)
  })
  inventory.onChange((change) => {
    if (change.kind === 'device') publish(publicDeviceTopic(change.device.id), change.device)
    else {
      publish(publicDeviceTopic(change.id), undefined)
      alerting
        .deviceRemoved(change.id)
        .catch((thrown) => logger.error({ error: messageOf(thrown) }, 'could not end the alerts of a device'))
    }
  })
  const tellAll = async (): Promise<void> => {
    for (const topic of [...owed]) {
      owed.delete(topic)
      publish(topic, undefined)
    }
    for (const alert of await alerting.open()) publish(publicAlertTopic(alert.id), alert)
    for (const device of await inventory.list()) publish(publicDeviceTopic(device.id), device)
  }
  return () => void tellAll().catch(failed)
}
