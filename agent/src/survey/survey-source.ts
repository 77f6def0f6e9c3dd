import type { SurveyReader } from './reader.ts'
import type { SurveyAddition, SurveyIdentity, SurveyInterface, SurveyPart } from './survey-result.ts'

/** What the standard MIBs have said by the time that profiles and rules are asked. */
export type SurveySoFar = {
  readonly device: SurveyIdentity
  /** Names for sensors that are indexed by ifIndex. */
  readonly interfaces: readonly SurveyInterface[]
  /** Names for sensors that are indexed by entPhysicalIndex. */
  readonly inventory: readonly SurveyPart[]
  /** OIDs below which rules over MIB facts read nothing, because a profile says so. */
  readonly ignores?: readonly string[]
}

/** A source of knowledge beside the standard MIBs: device profiles, or rules over MIB facts. */
export type SurveySource = (reader: SurveyReader, soFar: SurveySoFar) => Promise<SurveyAddition>
