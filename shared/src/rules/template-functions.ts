import { compileRegex } from '../regex/regex.ts'
import { printValue, sprintf, type TemplateValue } from './go-format.ts'
import { humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp } from './humanize.ts'

export type TemplateFunction = {
  readonly least: number
  readonly most: number
  readonly call: (args: readonly TemplateValue[]) => TemplateValue
}

/** A number that came as text is read; what is no number is written as it is. */
function ofNumber(format: (value: number) => string): TemplateFunction {
  return {
    least: 1,
    most: 1,
    call: ([value = '']) => {
      const number = typeof value === 'number' ? value : Number.parseFloat(printValue(value))
      return Number.isNaN(number) && typeof value !== 'number' ? printValue(value) : format(number)
    },
  }
}

function ofText(format: (value: string) => string): TemplateFunction {
  return { least: 1, most: 1, call: ([value = '']) => format(printValue(value)) }
}

function comparison(holds: (order: number) => boolean): TemplateFunction {
  return {
    least: 2,
    most: 2,
    call: ([a = '', b = '']) => {
      if (typeof a === 'number' && typeof b === 'number') {
        return Number.isNaN(a) || Number.isNaN(b) ? holds(Number.NaN) : holds(a - b)
      }
      const [x, y] = [printValue(a), printValue(b)]
      return holds(x === y ? 0 : x < y ? -1 : 1)
    },
  }
}

/** Go's notion of an empty value. */
export function isTruthy(value: TemplateValue): boolean {
  return typeof value === 'object' ? Object.keys(value).length > 0 : Boolean(value)
}

const MANY = Number.POSITIVE_INFINITY

export const TEMPLATE_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['humanize', ofNumber(humanize)],
  ['humanize1024', ofNumber(humanize1024)],
  ['humanizeDuration', ofNumber(humanizeDuration)],
  ['humanizePercentage', ofNumber(humanizePercentage)],
  ['humanizeTimestamp', ofNumber(humanizeTimestamp)],
  ['title', ofText((text) => text.replace(/(^|\s)\S/gu, (letter) => letter.toUpperCase()))],
  ['toUpper', ofText((text) => text.toUpperCase())],
  ['toLower', ofText((text) => text.toLowerCase())],
  ['stripPort', ofText((text) => text.replace(/^\[?([^\]]*?)\]?:\d+$/, '$1'))],
  ['stripDomain', ofText((text) => (/^[\d.]+(:\d+)?$/.test(text) ? text : text.replace(/\.[^:]*/, '')))],
  ['printf', { least: 1, most: MANY, call: ([format = '', ...args]) => sprintf(printValue(format), args) }],
  ['print', { least: 0, most: MANY, call: (args) => args.map(printValue).join('') }],
  [
    'reReplaceAll',
    {
      least: 3,
      most: 3,
      call: ([regex = '', replacement = '', text = '']) =>
        compileRegex(printValue(regex)).replaceAll(printValue(text), printValue(replacement)),
    },
  ],
  ['index', { least: 2, most: 2, call: ([map = '', key = '']) => fieldOf(map, printValue(key)) }],
  ['eq', comparison((order) => order === 0)],
  ['ne', comparison((order) => order !== 0)],
  ['lt', comparison((order) => order < 0)],
  ['le', comparison((order) => order <= 0)],
  ['gt', comparison((order) => order > 0)],
  ['ge', comparison((order) => order >= 0)],
  ['not', { least: 1, most: 1, call: ([value = '']) => !isTruthy(value) }],
  ['and', { least: 1, most: MANY, call: (args) => args.find((arg) => !isTruthy(arg)) ?? args.at(-1) ?? '' }],
  ['or', { least: 1, most: MANY, call: (args) => args.find(isTruthy) ?? args.at(-1) ?? '' }],
])

/** A label of a map; one that is not there is the empty string. */
export function fieldOf(value: TemplateValue, name: string): TemplateValue {
  if (typeof value !== 'object') return ''
  return Object.hasOwn(value, name) ? (value[name] ?? '') : ''
}
