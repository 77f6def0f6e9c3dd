import type { AlertingRoom } from './alerting/alerting.ts'
import type { Broker } from './broker/broker.ts'
import type { DiscoveryRoom } from './discovery/discovery.ts'
import type { FleetRoom } from './fleet/fleet.ts'
import type { Ingest } from './ingest/ingest.ts'
import type { Ops } from './ops/ops.ts'
import type { ForwardingStats, MetricStore } from './store/store.ts'

export type Reporting = {
  readonly ops: Ops
  readonly broker: Broker
  readonly ingest: Ingest
  readonly store: MetricStore
  readonly alerting: AlertingRoom
  readonly fleet: FleetRoom
  readonly discovery: DiscoveryRoom
}

type Figure = readonly [name: string, help: string, read: () => number]

/** What the server tells about itself under /metrics. */
export function reportTo({ ops, broker, ingest, store, alerting, fleet, discovery }: Reporting): void {
  const { counters, gauges } = brokerFigures(broker)
  const told = [...tellingFigures(alerting, fleet), ...inboxFigures(discovery)]
  const all = [...ingestFigures(ingest), ...counters, ...storeFigures(store), ...told]
  for (const [name, help, read] of all) ops.addCounter({ name: `eyenet_server_${name}_total`, help, read })
  const levels: readonly Figure[] = [
    ...gauges,
    ['rollouts_halted', 'Roll-outs that wait for a person.', () => fleet.configuration.halted],
    ['store_series', 'In the index.', () => store.stats().series],
    ...paceFigures(ingest),
    ['store_head_samples', 'In memory.', () => store.stats().headSamples],
  ]
  for (const [name, help, read] of levels) ops.addGauge({ name: `eyenet_server_${name}`, help, read })
  reportForwarding(ops, store)
}

/** How backlogs of agents come in beside their live samples. */
function paceFigures(ingest: Ingest): readonly Figure[] {
  const pace = () => ingest.stats().pace
  return [
    ['ingest_wait_seconds', 'How long messages wait until they are stored.', () => pace().waitSeconds],
    ['ingest_draining_agents', 'Agents that send a backlog.', () => pace().draining],
    ['ingest_pace_samples_per_second', 'Limit of all backlogs together; 0 without.', () => pace().limit ?? 0],
  ]
}

function inboxFigures(discovery: DiscoveryRoom): readonly Figure[] {
  return [
    ['discovery_findings', 'Findings that agents told of.', () => discovery.stats().findings],
    ['discovery_refused', 'Findings without an address or MAC.', () => discovery.stats().refused],
    ['discovery_dropped', 'Entries that left a full inbox.', () => discovery.stats().dropped],
  ]
}

function ingestFigures(ingest: Ingest): readonly Figure[] {
  return [
    ['ingest_messages', 'Messages that came in lanes.', () => ingest.stats().messages],
    ['ingest_samples', 'Samples stored.', () => ingest.stats().samples],
    ['ingest_duplicates', 'Messages that were stored before.', () => ingest.stats().duplicates],
    ['ingest_refused', 'Messages that can never be stored.', () => ingest.stats().refused],
    ['ingest_undecodable', 'Messages that cannot be read.', () => ingest.stats().undecodable],
  ]
}

function brokerFigures(broker: Broker): { readonly counters: readonly Figure[]; readonly gauges: readonly Figure[] } {
  return {
    counters: [
      ['mqtt_refused_logins', 'MQTT logins refused.', () => broker.stats().refusedLogins],
      ['mqtt_denied_topics', 'Publishes and subscriptions denied.', () => broker.stats().deniedTopics],
      ['mqtt_oversize_packets', 'Packets over the limit.', () => broker.stats().oversizePackets],
      ['mqtt_refused_connections', 'Connections beyond mqtt.maxConnections.', () => broker.stats().refusedConnections],
      ['mqtt_cut_strangers', 'Connections cut before they logged in.', () => broker.stats().cutStrangers],
      ['mqtt_cut_readers', 'Clients cut for not reading.', () => broker.stats().cutReaders],
    ],
    gauges: [
      ['broker_up', '1 while the MQTT broker is there.', () => (broker.problem() === undefined ? 1 : 0)],
      ['mqtt_connections', 'Open.', () => broker.stats().connections],
    ],
  }
}

function storeFigures(store: MetricStore): readonly Figure[] {
  return [
    ['push_samples', 'Samples that programs pushed.', () => store.stats().pushedSamples],
    ['push_refused', 'Pushed lines left out, or a part of them.', () => store.stats().refusedPushes],
    ['push_strings', 'Pushed strings, which are not stored.', () => store.stats().skippedStrings],
    ['store_rejected_samples', 'Samples with impossible times.', () => store.stats().rejectedSamples],
    ['store_damaged_chunks', 'Chunks left out for their checksum.', () => store.stats().damagedChunks],
    ['store_expired_chunks', 'Chunks and rows of buckets removed for their age.', () => store.stats().expiredChunks],
    ['store_quota_chunks', 'Chunks and rows of buckets removed for the quota.', () => store.stats().quotaChunks],
    ['store_ended_series', 'Series of which nothing was left.', () => store.stats().endedSeries],
  ]
}

function tellingFigures(alerting: AlertingRoom, fleet: FleetRoom): readonly Figure[] {
  return [
    ['dropped_notices', 'Notices too many at once.', () => fleet.stats().droppedNotices],
    ['notifications_sent', 'Notifications sent.', () => alerting.stats().sent],
    ['notifications_retried', 'Notifications to be tried again.', () => alerting.stats().retried],
    ['notifications_failed', 'Notifications given up.', () => alerting.stats().failed],
  ]
}

/** Where metrics are kept by an engine beside the server: how far that is. Samples that it has not are in the log. */
function reportForwarding(ops: Ops, store: MetricStore): void {
  if (store.forwarding === undefined) return
  const told = (): ForwardingStats | undefined => store.forwarding?.()
  const gauge = (name: string, help: string, read: () => number): void =>
    ops.addGauge({ name: `eyenet_server_engine_${name}`, help, read })
  const counter = (name: string, help: string, read: () => number): void =>
    ops.addCounter({ name: `eyenet_server_engine_${name}_total`, help, read })
  gauge('up', '1 while the engine takes samples.', () => (told()?.trouble === undefined ? 1 : 0))
  gauge('owed_bytes', 'Log that the engine has still to get.', () => told()?.owedBytes ?? 0)
  counter('sent_samples', 'Samples that the engine took.', () => told()?.sent ?? 0)
  counter('dropped_samples', 'Samples that the engine refused for good.', () => told()?.dropped ?? 0)
  counter('unstorable_samples', 'Samples for which the engine has no form.', () => told()?.unstorable ?? 0)
  counter('failures', 'Requests to the engine that failed.', () => told()?.failures ?? 0)
}
