import type { ServerConfig } from '@eyenet/shared/config'

/** Options whose new value counts after a restart only. */
export function needRestart(now: ServerConfig, next: ServerConfig): readonly string[] {
  const fixed = ['listen', 'publicUrl', 'tls', 'mqtt', 'broker', 'store', 'secrets', 'learn'] as const
  return fixed.filter((key) => JSON.stringify(now[key]) !== JSON.stringify(next[key])).map((key) => `server.${key}`)
}
