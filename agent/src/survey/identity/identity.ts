import { defined } from '../defined.ts'
import type { SurveyReader } from '../reader.ts'
import { mainPart } from '../standard/entity.ts'
import type { SurveyIdentity, SurveyPart } from '../survey-result.ts'
import { textOf } from '../value-text.ts'
import { familyOf } from './family.ts'
import { modelIn, versionIn } from './says.ts'
import { IDENTITY_SCALARS } from './vendor-scalars.ts'

type Known = {
  readonly system: SurveyIdentity
  readonly inventory: readonly SurveyPart[]
}

/**
 * Who a device is: vendor and os by its sysObjectID, sysDescr and the private subtrees that it has; model, version and
 * serial number by ENTITY-MIB, its vendor's scalars and what sysDescr says.
 */
export async function identify(reader: SurveyReader, { system, inventory }: Known): Promise<SurveyIdentity> {
  const { sysObjectId = '', sysDescr = '' } = system
  const enterprises = await reader.enterprises()
  const family = familyOf({ sysObjectId, sysDescr, enterprises })
  const main = mainPart(inventory)
  const scalars = IDENTITY_SCALARS.filter(({ enterprise }) => enterprises.includes(enterprise))
  const got = await reader.scalars(scalars.flatMap(({ serial, model, version }) => [serial, model, version].flat()))
  const first = (pick: (one: (typeof scalars)[number]) => readonly string[]): string | undefined =>
    scalars
      .flatMap(pick)
      .map((oid) => textOf(got.get(oid)))
      .find(isTelling)
  return {
    ...system,
    ...family,
    ...defined({
      model: first(({ model }) => model) ?? telling(main?.model) ?? modelIn(sysDescr),
      version: first(({ version }) => version) ?? versionIn(sysDescr, family.os) ?? telling(main?.version),
      serial: telling(main?.serial) ?? first(({ serial }) => serial),
    }),
  }
}

/** Some agents fill what they do not know with words. */
function isTelling(text: string): boolean {
  return text !== '' && !/^(?:n\/?a|none|unknown|null|0+|-+|not available|to be filled.{0,20})$/i.test(text)
}

function telling(text: string | undefined): string | undefined {
  return text !== undefined && isTelling(text) ? text : undefined
}
