import type { SurveyReader } from '../reader.ts'
import type { SurveyInterface, SurveyNeighbor } from '../survey-result.ts'
import { readCdp, readEdp, readFdp } from './cdp.ts'
import { readLldp } from './lldp.ts'

/** What the device hears of its neighbours, by every protocol that it speaks. */
export async function readNeighbors(
  reader: SurveyReader,
  interfaces: readonly SurveyInterface[],
): Promise<readonly SurveyNeighbor[]> {
  const found: SurveyNeighbor[] = []
  for (const read of [readLldp, readCdp, readFdp, readEdp]) found.push(...(await read(reader, interfaces)))
  return found
}
