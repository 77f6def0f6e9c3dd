import type { ConfigChange } from '@eyenet/shared/api'
import { type AgentConfiguration, SETTING_PATHS, settingAt } from '@eyenet/shared/wire'

/** What differs between two configurations, setting by setting and profile by profile. */
export function changesBetween(before: AgentConfiguration, after: AgentConfiguration): ConfigChange[] {
  const settings = SETTING_PATHS.map((path) =>
    changeAt(path, settingAt(before.settings, path), settingAt(after.settings, path)),
  )
  const textOf = ({ profiles }: AgentConfiguration, name: string) => profiles.find((one) => one.name === name)?.text
  const names = new Set([...before.profiles, ...after.profiles].map(({ name }) => name))
  const profiles = [...names]
    .sort()
    .map((name) => changeAt(`profiles.${name}`, textOf(before, name), textOf(after, name)))
  return [...settings, ...profiles].flatMap((change) => change ?? [])
}

function changeAt(path: string, before: unknown, after: unknown): ConfigChange | undefined {
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}
