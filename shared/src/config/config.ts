/**
 * The YAML file: its schema, and a pure parser that gives each error its line and column, what was found and what is
 * allowed. Reading files, the environment and secrets is the callers' work; they hand in what they read.
 */
export * from './agent-config.ts'
export { type BrokerConfig, ExternalBroker } from './broker-config.ts'
export * from './config-problem.ts'
export type { DiscoveryConfig } from './discovery-config.ts'
export { environmentNames } from './environment.ts'
export { exampleConfig } from './example-config.ts'
export { InfluxStore, VictoriaMetricsStore } from './external-store.ts'
export { describeIssue, type Path } from './issue-text.ts'
export { LearnConfig } from './learn-config.ts'
export { isLoopback } from './loopback.ts'
export * from './parse-config.ts'
export { knownKeys } from './schema-path.ts'
export * from './server-config.ts'
export { type EmbeddedStore, StoreConfig } from './store-config.ts'
export type { HttpTlsConfig, MqttTlsConfig } from './tls-config.ts'
