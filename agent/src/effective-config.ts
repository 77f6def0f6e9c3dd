import type { AgentConfig } from '@eyenet/shared/config'
import type { AgentSettings, AnomalySettings, SettingPath } from '@eyenet/shared/wire'

/** Which one rules a setting. */
export type SettingOrigin = 'file' | 'server' | 'default'

export type EffectiveConfig = {
  readonly config: AgentConfig
  readonly origins: Readonly<Record<SettingPath, SettingOrigin>>
}

/**
 * The file's configuration with what the server sets. What the file (or the environment) names stands, since whoever
 * writes it sits nearer; `named` says what that is. What neither names is the default.
 */
export function effectiveConfig(
  local: AgentConfig,
  named: readonly SettingPath[],
  server: AgentSettings = {},
): EffectiveConfig {
  const origins: Partial<Record<SettingPath, SettingOrigin>> = {}
  const ruled: Ruled = (path, own, told) => {
    const isTold = told !== undefined && !named.includes(path)
    origins[path] = named.includes(path) ? 'file' : isTold ? 'server' : 'default'
    return isTold ? told : own
  }
  const { intervals, host, neighbours, anomaly = {} } = server
  const config: AgentConfig = {
    ...local,
    intervalSeconds: ruled('intervalSeconds', local.intervalSeconds, server.intervalSeconds),
    intervals: {
      sensorsSeconds: ruled('intervals.sensorsSeconds', local.intervals.sensorsSeconds, intervals?.sensorsSeconds),
      inventorySeconds: ruled(
        'intervals.inventorySeconds',
        local.intervals.inventorySeconds,
        intervals?.inventorySeconds,
      ),
      linksSeconds: ruled('intervals.linksSeconds', local.intervals.linksSeconds, intervals?.linksSeconds),
      metrics: ruled('intervals.metrics', local.intervals.metrics, intervals?.metrics),
    },
    metrics: ruled('metrics', local.metrics, server.metrics),
    host: {
      enabled: ruled('host.enabled', local.host.enabled, host?.enabled),
      intervalSeconds: ruled('host.intervalSeconds', local.host.intervalSeconds, host?.intervalSeconds),
    },
    neighbours: {
      gateway: ruled('neighbours.gateway', local.neighbours.gateway, neighbours?.gateway),
      resolver: ruled('neighbours.resolver', local.neighbours.resolver, neighbours?.resolver),
    },
    anomaly: effectiveAnomaly(local.anomaly, anomaly, ruled),
  }
  return { config, origins: { ...NO_ORIGINS, ...origins } }
}

/** The value that holds at a path: the file's own, or the server's. */
type Ruled = <T>(path: SettingPath, own: T, told: T | undefined) => T

function effectiveAnomaly(own: AgentConfig['anomaly'], told: AnomalySettings, ruled: Ruled): AgentConfig['anomaly'] {
  return {
    enabled: ruled('anomaly.enabled', own.enabled, told.enabled),
    alarmsPerMonth: ruled('anomaly.alarmsPerMonth', own.alarmsPerMonth, told.alarmsPerMonth),
    deviceAlarmsPerWeek: ruled('anomaly.deviceAlarmsPerWeek', own.deviceAlarmsPerWeek, told.deviceAlarmsPerWeek),
    bands: ruled('anomaly.bands', own.bands, told.bands),
    maxSeries: ruled('anomaly.maxSeries', own.maxSeries, told.maxSeries),
  }
}

const NO_ORIGINS: Readonly<Record<SettingPath, SettingOrigin>> = {
  intervalSeconds: 'default',
  'intervals.sensorsSeconds': 'default',
  'intervals.inventorySeconds': 'default',
  'intervals.linksSeconds': 'default',
  'intervals.metrics': 'default',
  metrics: 'default',
  'host.enabled': 'default',
  'host.intervalSeconds': 'default',
  'neighbours.gateway': 'default',
  'neighbours.resolver': 'default',
  'anomaly.enabled': 'default',
  'anomaly.alarmsPerMonth': 'default',
  'anomaly.deviceAlarmsPerWeek': 'default',
  'anomaly.bands': 'default',
  'anomaly.maxSeries': 'default',
}
