import { assertNever } from '../errors/errors.ts'
import { METRIC_NAME } from '../identity/identity.ts'
import type {
  AggregateNode,
  AtModifier,
  BinaryNode,
  Expr,
  NumberNode,
  ParsedQuery,
  SelectorNode,
  UnaryNode,
} from './ast.ts'
import { formatDurationMs } from './literal.ts'
import { formatPlainValue } from './sample-value.ts'
import type { Matcher } from './series-reader.ts'
import { utf8Length } from './utf8-length.ts'

/** The expression on one line, without its comments: what it parses to is the same. */
export function printExpr({ expr, text }: ParsedQuery): string {
  return new Printer(text).line(expr)
}

/** As in Prometheus: what is longer goes onto several lines. */
const MAX_LINE = 100

/** The expression as Prometheus' format_query writes it, without its comments. */
export function prettyQuery({ expr, text }: ParsedQuery): string {
  return new Printer(text).pretty(expr, 0)
}

/** A selector's name, where the text has it outside the braces or where it fits only quoted. */
export function selectorName({ matchers, from }: SelectorNode, text: string): string {
  const name = matchers.find((one) => one.name === METRIC_NAME && one.op === '=')?.value ?? ''
  return text.startsWith(name, from) || !PLAIN_METRIC.test(name) ? name : ''
}

/** A number with a sign before it is one number to Prometheus. */
export function signedNumber({ op, expr, from, to }: UnaryNode): NumberNode | undefined {
  return expr.kind === 'number' ? { ...expr, value: op === '-' ? -expr.value : expr.value, from, to } : undefined
}

const PLAIN_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/
const PLAIN_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const DURATION = /^[+-]?\s*(?:\d+(?:ms|[smhdwy]))+$/

const labelName = (name: string): string => (PLAIN_LABEL.test(name) ? name : JSON.stringify(name))
const labelNames = (names: readonly string[]): string => names.map(labelName).join(', ')
const indent = (level: number): string => '  '.repeat(level)

class Printer {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  pretty(expr: Expr, level: number): string {
    const line = this.line(expr)
    const start = indent(level)
    if (utf8Length(line) <= MAX_LINE) return start + line
    switch (expr.kind) {
      case 'aggregate': {
        const param = expr.param === undefined ? '' : `${this.pretty(expr.param, level + 1)},\n`
        return `${start}${aggregation(expr)}(\n${param}${this.pretty(expr.expr, level + 1)}\n${start})`
      }
      case 'binary': {
        const sides = [expr.left, expr.right].map((side) => this.pretty(side, level + 1))
        return sides.join(`\n${start}${operator(expr)}\n`)
      }
      case 'call':
        return `${start}${expr.name}(\n${expr.args.map((arg) => this.pretty(arg, level + 1)).join(',\n')}\n${start})`
      case 'paren':
        return `${start}(\n${this.pretty(expr.expr, level + 1)}\n${start})`
      case 'unary':
        return `${start}${expr.op}${this.pretty(expr.expr, level).trimStart()}`
      case 'subquery':
        return this.pretty(expr.expr, level) + subqueryRange(expr) + shift(expr)
      case 'number':
      case 'string':
      case 'selector':
      case 'range':
        return start + line
      default:
        return assertNever(expr)
    }
  }

  line(expr: Expr): string {
    switch (expr.kind) {
      case 'number':
        return this.#number(expr)
      case 'string':
        return JSON.stringify(expr.value)
      case 'selector':
        return this.#selector(expr) + shift(expr)
      case 'range':
        return `${this.#selector(expr.selector)}[${formatDurationMs(expr.rangeMs)}]${shift(expr)}`
      case 'subquery':
        return this.line(expr.expr) + subqueryRange(expr) + shift(expr)
      case 'call':
        return `${expr.name}(${expr.args.map((arg) => this.line(arg)).join(', ')})`
      case 'aggregate': {
        const param = expr.param === undefined ? '' : `${this.line(expr.param)}, `
        return `${aggregation(expr)}(${param}${this.line(expr.expr)})`
      }
      case 'unary': {
        const number = signedNumber(expr)
        return number === undefined ? expr.op + this.line(expr.expr) : this.#number(number)
      }
      case 'paren':
        return `(${this.line(expr.expr)})`
      case 'binary':
        return `${this.line(expr.left)} ${operator(expr)} ${this.line(expr.right)}`
      default:
        return assertNever(expr)
    }
  }

  /** What was written as a duration stays one. */
  #number({ value, from, to }: NumberNode): string {
    const isDuration = DURATION.test(this.#text.slice(from, to)) && Number.isSafeInteger(Math.round(value * 1000))
    return isDuration ? formatDurationMs(value * 1000) : formatPlainValue(value)
  }

  #selector(selector: SelectorNode): string {
    const name = selectorName(selector, this.#text)
    const isPlain = PLAIN_METRIC.test(name)
    const rest = selector.matchers
      .filter((one) => name === '' || one.name !== METRIC_NAME || one.op !== '=')
      .map(matcher)
    const inside = name === '' || isPlain ? rest : [JSON.stringify(name), ...rest]
    return `${isPlain ? name : ''}${inside.length > 0 ? `{${inside.join(',')}}` : ''}`
  }
}

const matcher = ({ name, op, value }: Matcher): string => `${labelName(name)}${op}${JSON.stringify(value)}`

function aggregation({ op, grouping: { mode, labels } }: AggregateNode): string {
  return mode === 'by' && labels.length === 0 ? op : `${op} ${mode} (${labelNames(labels)}) `
}

function operator({ op, bool, matching: { on, labels, cardinality, include } }: BinaryNode): string {
  const isGrouped = cardinality === 'many-to-one' || cardinality === 'one-to-many'
  const matched = on || labels.length > 0 || isGrouped ? ` ${on ? 'on' : 'ignoring'} (${labelNames(labels)})` : ''
  const side = cardinality === 'many-to-one' ? 'left' : 'right'
  const grouped = isGrouped ? ` group_${side} (${labelNames(include)})` : ''
  return `${op}${bool ? ' bool' : ''}${matched}${grouped}`
}

function subqueryRange({ rangeMs, stepMs }: { rangeMs: number; stepMs: number | undefined }): string {
  return `[${formatDurationMs(rangeMs)}:${stepMs === undefined ? '' : formatDurationMs(stepMs)}]`
}

function shift({ offsetMs, at }: { offsetMs: number; at: AtModifier | undefined }): string {
  const when = at === undefined ? '' : ` @ ${at.kind === 'time' ? (at.ms / 1000).toFixed(3) : `${at.kind}()`}`
  return `${when}${offsetMs === 0 ? '' : ` offset ${formatDurationMs(offsetMs)}`}`
}
