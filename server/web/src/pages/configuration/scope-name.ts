import { ConfigScope } from '@eyenet/shared/api'
import { agents } from '../../live/site.ts'

/** The scope of the address, `all` where it says none that there can be. */
export function scopeOf(text: string | null): ConfigScope {
  const parsed = ConfigScope.safeParse(text)
  return parsed.success ? parsed.data : 'all'
}

/** A scope in people's words. */
export function scopeName(scope: ConfigScope): string {
  if (scope === 'all') return 'all agents'
  const [kind, id] = [scope.slice(0, scope.indexOf(':')), scope.slice(scope.indexOf(':') + 1)]
  if (kind === 'group') return `group ${id}`
  const known = agents.value
  const agent = known.kind === 'ready' ? [...known.value.values()].find((one) => one.id === id) : undefined
  return `agent ${agent?.name ?? id}`
}
