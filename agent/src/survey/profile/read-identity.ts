import { compileRegex } from '@eyenet/shared/regex'
import type { SurveyReader } from '../reader.ts'
import type { SurveyIdentity } from '../survey-result.ts'
import { textOf } from '../value-text.ts'
import type { Field, FieldSource, Identity } from './profile-schema.ts'
import { listOf, oneLine } from './profile-set.ts'

const FIELDS = ['vendor', 'os', 'model', 'version', 'serial'] as const

/** Who the device is by its profile: of each field the first source that says something. */
export async function readIdentity(
  identity: Identity,
  device: SurveyIdentity,
  reader: SurveyReader,
): Promise<Partial<SurveyIdentity>> {
  const found: { [K in (typeof FIELDS)[number]]?: string } = {}
  for (const name of FIELDS) {
    for (const source of sourcesOf(identity[name])) {
      const text = await readSource(source, device, reader)
      if (text === '') continue
      found[name] = text
      break
    }
  }
  return found
}

function sourcesOf(field: Field | undefined): readonly (string | FieldSource)[] {
  return listOf<string | FieldSource>(field)
}

async function readSource(source: string | FieldSource, device: SurveyIdentity, reader: SurveyReader): Promise<string> {
  if (typeof source === 'string') return source
  if ('sysObjectId' in source) return source.sysObjectId[device.sysObjectId ?? ''] ?? ''
  if ('sysDescr' in source) return matched(source.sysDescr, oneLine(device.sysDescr), source.text)
  const text = textOf(await reader.scalar(source.oid))
  const mapped = source.map?.[text] ?? text
  return source.pattern === undefined ? mapped : matched(source.pattern, oneLine(mapped), undefined)
}

/** The pattern's first group, all of the text where it has none, or the words to be said where it matches. */
function matched(pattern: string, text: string, told: string | undefined): string {
  const match = compileRegex(pattern).exec(text)
  if (match === undefined) return ''
  return (told ?? match.groups.slice(1).find((group) => group !== undefined) ?? match.groups[0] ?? '').trim()
}
