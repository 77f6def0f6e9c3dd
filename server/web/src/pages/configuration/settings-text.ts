import { AgentConfiguration, type ProfileDocument } from '@eyenet/shared/wire'

/** What is being edited: the settings as JSON text, and the profiles as YAML texts. */
export type Draft = { readonly settings: string; readonly profiles: readonly ProfileDocument[] }

export type ReadDraft =
  | { readonly kind: 'ok'; readonly configuration: AgentConfiguration }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }

/** More mistakes at a time help nobody. */
const MAX_PROBLEMS = 8

export function draftOf({ settings, profiles }: AgentConfiguration): Draft {
  return { settings: JSON.stringify(settings, undefined, 2), profiles }
}

/** The configuration that a draft says, or what is wrong with it, each with its place. */
export function readDraft({ settings, profiles }: Draft): ReadDraft {
  let value: unknown
  try {
    value = settings.trim() === '' ? {} : JSON.parse(settings)
  } catch (thrown) {
    const words = thrown instanceof Error ? thrown.message : String(thrown)
    return { kind: 'wrong', problems: [`The settings are not JSON: ${words}`] }
  }
  const parsed = AgentConfiguration.safeParse({ settings: value, profiles })
  if (parsed.success) return { kind: 'ok', configuration: parsed.data }
  const problems = parsed.error.issues.map(({ path, message }) => `${placeOf(path, profiles)}: ${message}`)
  return { kind: 'wrong', problems: problems.slice(0, MAX_PROBLEMS) }
}

function placeOf(path: readonly PropertyKey[], profiles: readonly ProfileDocument[]): string {
  const [first, second, ...rest] = path.map(String)
  if (first === 'settings') return ['settings', second, ...rest].filter((part) => part !== undefined).join('.')
  const profile = second === undefined ? undefined : profiles[Number(second)]
  return profile === undefined ? 'profiles' : `profile ${profile.name || '(without a name)'}`
}
