import type { Conversation } from './conversation.ts'
import { encodeOid } from './oid.ts'
import type { SnmpOutcome } from './outcome.ts'
import { isMissing, type Varbind, varbindAt } from './value.ts'

/**
 * What follows each name, by packed GETNEXTs, in the order of `oids`; undefined where nothing follows. The cheapest way
 * to learn which of many tables a device has.
 */
export async function readNext(
  conversation: Conversation,
  oids: readonly string[],
): Promise<SnmpOutcome<readonly (Varbind | undefined)[]>> {
  const names = oids.map(encodeOid)
  const found: (Varbind | undefined)[] = new Array(oids.length).fill(undefined)
  let places = names.map((_, place) => place)
  while (places.length > 0) {
    const left = places
    const exchange = await conversation.ask((varbinds) => ({
      pdu: 'getNext',
      oids: left.slice(0, Math.max(1, varbinds)).map((place) => names[place] ?? new Uint8Array()),
      repetitions: 1,
    }))
    if (exchange.kind !== 'answer') return exchange
    const { request, answer } = exchange
    if (answer.errorStatus !== 0) {
      // v1 refuses the whole question where one name is the last: leave that one out and ask again.
      places.splice(Math.max(0, answer.errorIndex - 1), 1)
      continue
    }
    const list = answer.varbinds
    if (list.count === 0) return { kind: 'malformed', detail: 'an answer without values' }
    // A device that answers for fewer names than were asked is asked for the rest again.
    const count = Math.min(list.count, request.oids.length)
    for (let at = 0; at < count; at++) {
      const place = places[at]
      if (place !== undefined && !isMissing(list.tag(at))) found[place] = varbindAt(list, at)
    }
    places = places.slice(count)
    list.release()
  }
  return { kind: 'ok', value: found }
}
