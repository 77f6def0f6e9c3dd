import { wordsOf } from './name-words.ts'
import type { ObjectFact } from './object-fact.ts'

const MOST_NAME = 120
/** `SourceAstatus` of devices with two of a thing: the letter is a word of its own. */
const SOURCE_AND_OBJECT = /\b([ab])(?=(?:input|output|status|state|voltage|current|frequency|power|load)\b)/g

/** What an operator calls the sensor: the name of its row, and the object where a row has more than one. */
export function sensorName(of: {
  fact: ObjectFact
  kind: string
  rowName: string | undefined
  index: string
  isAlone: boolean
}): string {
  const { fact, rowName, index, isAlone } = of
  const object = sentence(fact)
  if (fact.kind === 'scalar') return object
  const row = rowName === undefined || rowName === '' ? index : rowName
  const name = isAlone && row !== index ? row : `${row} ${object}`
  return name.slice(0, MOST_NAME)
}

/** `upsBatteryTemperature` as `Battery temperature`: without the prefix that its module gives every object. */
function sentence({ name }: ObjectFact): string {
  const words = wordsOf(name)
  const told = words.length > 2 ? words.slice(1) : words
  const text = told.join(' ').replace(SOURCE_AND_OBJECT, '$1 ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
