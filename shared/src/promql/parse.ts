import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { EyeNetError, nearestName } from '../errors/errors.ts'
import { METRIC_NAME } from '../identity/identity.ts'
import type {
  AggregateOp,
  AtModifier,
  BinaryOp,
  Expr,
  Grouping,
  ParsedQuery,
  SelectorNode,
  Span,
  VectorMatching,
} from './ast.ts'
import { AGGREGATE_OPS, isSetOp } from './ast.ts'
import { checkNode } from './check.ts'
import { FUNCTIONS } from './function-table.ts'
import { parseNumberLiteral, parseStringLiteral } from './literal.ts'
import { compileMatcher } from './matcher.ts'
import { QueryError } from './query-error.ts'
import type { Matcher } from './series-reader.ts'

// An expression that a person or a dashboard writes is far below these; they bound recursion and memory.
const MAX_TEXT = 65_536
const MAX_DEPTH = 400

/**
 * Parses and checks one PromQL expression. Throws QueryError (`invalid`) with line and column.
 * Lezer's grammar lets offset, @ and [..] take the whole expression on their left; operators are put in order here by
 * Prometheus' own precedence.
 */
export function parseQuery(text: string): ParsedQuery {
  if (text.length > MAX_TEXT) throw new QueryError('', 0, `expression longer than ${MAX_TEXT} characters`)
  const tree = parser.parse(withoutTrailingPoints(text))
  refuseErrors(text, tree.topNode)
  const root = firstChild(tree.topNode)
  if (root === undefined) throw new QueryError(text, 0, 'no expression found')
  return { text, expr: new AstBuilder(text).build(root, 0) }
}

/** `5.` as `5 `, which Lezer's grammar can read; strings and comments stay, and so does every position. */
function withoutTrailingPoints(text: string): string {
  const pattern = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#[^\n]*|(?<![\w.])(\d+)\.(?![\w.])/g
  return text.replace(pattern, (found, digits: string | undefined) => (digits === undefined ? found : `${digits} `))
}

function refuseErrors(text: string, top: SyntaxNode): void {
  const cursor = top.cursor()
  do {
    if (!cursor.type.isError) continue
    const found = /^\s*(\S{1,20})/.exec(text.slice(cursor.from))?.[1]
    const called = /([A-Za-z_]\w*)\s*$/.exec(text.slice(0, cursor.from))
    if (called?.[1] !== undefined && found?.startsWith('(')) {
      const name = called[1]
      const near = nearestName(name, [...FUNCTIONS.keys(), ...AGGREGATE_OPS])
      const hint = near === undefined ? '' : `; did you mean ${near}?`
      throw new QueryError(text, called.index, `unknown function ${name}${hint}`)
    }
    const what = found === undefined ? 'unexpected end of expression' : `unexpected ${JSON.stringify(found)}`
    throw new QueryError(text, cursor.from, what)
  } while (cursor.next())
}

const POSTFIX = new Set(['OffsetExpr', 'StepInvariantExpr', 'MatrixSelector', 'SubqueryExpr'])

/** Children without comments. */
function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'LineComment') found.push(child)
  }
  return found
}
const firstChild = (node: SyntaxNode): SyntaxNode | undefined => children(node)[0]

type BinaryItem = Span & { readonly op: BinaryOp; readonly bool: boolean; readonly matching: VectorMatching }
type Item =
  | { readonly kind: 'operand'; readonly node: SyntaxNode }
  | { readonly kind: 'prefix'; readonly op: '+' | '-'; readonly from: number }
  | { readonly kind: 'postfix'; readonly node: SyntaxNode }
  | { readonly kind: 'binary'; readonly binary: BinaryItem }

const PRECEDENCE: Readonly<Record<BinaryOp, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
}
const UNARY_PRECEDENCE = 6
const isBinaryOp = (text: string): text is BinaryOp => Object.hasOwn(PRECEDENCE, text)
const isAggregateOp = (text: string): text is AggregateOp => AGGREGATE_OPS.some((op) => op === text)

class AstBuilder {
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  build(node: SyntaxNode, depth: number): Expr {
    const items: Item[] = []
    this.flatten(node, items, depth)
    const reader = { items, next: 0 }
    return this.climb(reader, 1, depth)
  }

  private fail(node: Span, reason: string): never {
    throw new QueryError(this.text, node.from, reason)
  }

  private source(node: Span): string {
    return this.text.slice(node.from, node.to)
  }

  private checked(expr: Expr): Expr {
    checkNode(expr, this.text)
    return expr
  }

  /** The node as a line of operands and operators, as it was written. */
  private flatten(node: SyntaxNode, items: Item[], depth: number): void {
    if (depth > MAX_DEPTH) this.fail(node, 'expression nested too deeply')
    const parts = children(node)
    const [first] = parts
    const last = parts.at(-1)
    if (node.name === 'BinaryExpr' && first !== undefined && last !== undefined) {
      this.flatten(first, items, depth + 1)
      items.push({ kind: 'binary', binary: this.binaryItem(parts) })
      this.flatten(last, items, depth + 1)
    } else if (node.name === 'UnaryExpr' && first !== undefined && last !== undefined) {
      items.push({ kind: 'prefix', op: this.source(first) === '-' ? '-' : '+', from: first.from })
      this.flatten(last, items, depth + 1)
    } else if (POSTFIX.has(node.name) && first !== undefined) {
      this.flatten(first, items, depth + 1)
      items.push({ kind: 'postfix', node })
    } else {
      const sign = node.name === 'NumberDurationLiteral' ? this.source(node)[0] : undefined
      if (sign === '-' || sign === '+') items.push({ kind: 'prefix', op: sign, from: node.from })
      items.push({ kind: 'operand', node })
    }
  }

  private binaryItem(parts: readonly SyntaxNode[]): BinaryItem {
    const [, opNode] = parts
    if (opNode === undefined) throw new Error('binary expression without an operator')
    const op = this.source(opNode).toLowerCase()
    if (!isBinaryOp(op)) return this.fail(opNode, `operator ${op} is not supported`)
    const fill = parts.find((part) => part.name === 'FillModifier')
    if (fill !== undefined) this.fail(fill, 'fill modifiers are not supported')
    const clause = parts.find((part) => part.name === 'MatchingModifierClause')
    const bool = parts.some((part) => part.name === 'BoolModifier')
    return { op, bool, matching: this.matching(clause, op), from: opNode.from, to: opNode.to }
  }

  private matching(clause: SyntaxNode | undefined, op: BinaryOp): VectorMatching {
    const parts = clause === undefined ? [] : children(clause)
    const group = parts.find((part) => part.name === 'GroupLeft' || part.name === 'GroupRight')
    const labelSets = parts.filter((part) => part.name === 'GroupingLabels')
    const [matched, included] = labelSets
    return {
      on: parts[0]?.name === 'On',
      labels: matched === undefined ? [] : this.labelNames(matched),
      include: included === undefined ? [] : this.labelNames(included),
      cardinality:
        group !== undefined
          ? group.name === 'GroupLeft'
            ? 'many-to-one'
            : 'one-to-many'
          : isSetOp(op)
            ? 'many-to-many'
            : 'one-to-one',
    }
  }

  /** Precedence climbing over the flat line. */
  private climb(reader: { items: Item[]; next: number }, least: number, depth: number): Expr {
    let left = this.operand(reader, depth)
    for (;;) {
      const item = reader.items[reader.next]
      if (item?.kind !== 'binary') return left
      const { op, bool, matching } = item.binary
      const precedence = PRECEDENCE[op]
      if (precedence < least) return left
      reader.next++
      const right = this.climb(reader, op === '^' ? precedence : precedence + 1, depth)
      left = this.checked({ kind: 'binary', op, bool, matching, left, right, from: left.from, to: right.to })
    }
  }

  private operand(reader: { items: Item[]; next: number }, depth: number): Expr {
    const item = reader.items[reader.next++]
    if (item?.kind === 'prefix') {
      const expr = this.climb(reader, UNARY_PRECEDENCE, depth)
      return this.checked({ kind: 'unary', op: item.op, expr, from: item.from, to: expr.to })
    }
    if (item?.kind !== 'operand') throw new Error('operator without an operand')
    let expr = this.primary(item.node, depth)
    for (let next = reader.items[reader.next]; next?.kind === 'postfix'; next = reader.items[reader.next]) {
      reader.next++
      expr = this.checked(this.postfix(next.node, expr))
    }
    return expr
  }

  private primary(node: SyntaxNode, depth: number): Expr {
    const span = { from: node.from, to: node.to }
    switch (node.name) {
      case 'NumberDurationLiteral':
        return { ...span, kind: 'number', value: this.number(node) }
      case 'StringLiteral':
        return { ...span, kind: 'string', value: this.string(node) }
      case 'ParenExpr': {
        const [inner] = children(node)
        if (inner === undefined) return this.fail(node, 'empty parentheses')
        return { ...span, kind: 'paren', expr: this.build(inner, depth + 1) }
      }
      case 'VectorSelector':
        return this.checked(this.selector(node))
      case 'FunctionCall':
        return this.checked(this.call(node, depth))
      case 'AggregateExpr':
        return this.checked(this.aggregate(node, depth))
      default:
        return this.fail(node, `${node.name} is not supported`)
    }
  }

  private number(node: SyntaxNode): number {
    const value = parseNumberLiteral(this.source(node).replace(/^[+-]\s*/, ''))
    return value === undefined ? this.fail(node, `bad number ${this.source(node)}`) : value
  }

  private string(node: SyntaxNode): string {
    const literal = parseStringLiteral(this.source(node))
    if (literal.kind === 'bad') throw new QueryError(this.text, node.from + literal.at, literal.reason)
    return literal.value
  }

  private selector(node: SyntaxNode): SelectorNode {
    const matchers: Matcher[] = []
    for (const part of children(node)) {
      if (part.name === 'Identifier') matchers.push({ name: METRIC_NAME, op: '=', value: this.source(part) })
      else matchers.push(...children(part).map((matcher) => this.matcher(matcher)))
    }
    const names = matchers.filter((matcher) => matcher.name === METRIC_NAME && matcher.op === '=')
    if (names.length > 1) this.fail(node, 'the metric name is set twice')
    return { kind: 'selector', matchers, offsetMs: 0, at: undefined, from: node.from, to: node.to }
  }

  private matcher(node: SyntaxNode): Matcher {
    const [first, opNode, valueNode] = children(node)
    if (node.name === 'QuotedLabelName' && first !== undefined) {
      return { name: METRIC_NAME, op: '=', value: this.string(first) }
    }
    if (first === undefined || opNode === undefined || valueNode === undefined)
      return this.fail(node, 'incomplete matcher')
    const name = first.name === 'LabelName' ? this.source(first) : this.string(firstChild(first) ?? first)
    const op = this.source(opNode)
    if (op !== '=' && op !== '!=' && op !== '=~' && op !== '!~') return this.fail(opNode, `unknown matcher ${op}`)
    const matcher: Matcher = { name, op, value: this.string(valueNode) }
    try {
      compileMatcher(matcher)
    } catch (error) {
      if (!(error instanceof EyeNetError)) throw error
      this.fail(valueNode, error.message)
    }
    return matcher
  }

  private call(node: SyntaxNode, depth: number): Expr {
    const [nameNode, body] = children(node)
    if (nameNode === undefined || body === undefined) return this.fail(node, 'incomplete function call')
    const args = children(body).map((arg) => this.build(arg, depth + 1))
    return { kind: 'call', name: this.source(nameNode), args, from: node.from, to: node.to }
  }

  private aggregate(node: SyntaxNode, depth: number): Expr {
    const parts = children(node)
    const [opNode] = parts
    const body = parts.find((part) => part.name === 'FunctionCallBody')
    const modifier = parts.find((part) => part.name === 'AggregateModifier')
    if (opNode === undefined || body === undefined) return this.fail(node, 'incomplete aggregation')
    const op = this.source(opNode).toLowerCase()
    if (!isAggregateOp(op)) return this.fail(opNode, `aggregation ${op} is not supported`)
    const args = children(body).map((arg) => this.build(arg, depth + 1))
    const expr = args.at(-1)
    if (expr === undefined || args.length > 2) return this.fail(node, `wrong number of arguments for ${op}`)
    const param = args.length === 2 ? args[0] : undefined
    const span = { from: node.from, to: node.to }
    return { ...span, kind: 'aggregate', op, grouping: this.grouping(modifier), param, expr }
  }

  private grouping(modifier: SyntaxNode | undefined): Grouping {
    const [mode, labels] = modifier === undefined ? [] : children(modifier)
    if (mode === undefined || labels === undefined) return { mode: 'by', labels: [] }
    return { mode: mode.name === 'By' ? 'by' : 'without', labels: this.labelNames(labels) }
  }

  private labelNames(node: SyntaxNode): readonly string[] {
    return children(node).map((label) =>
      label.name === 'LabelName' ? this.source(label) : this.string(firstChild(label) ?? label),
    )
  }

  private postfix(node: SyntaxNode, inner: Expr): Expr {
    const parts = children(node)
    const span = { from: inner.from, to: node.to }
    if (node.name === 'OffsetExpr') return this.shifted(inner, node, { offsetMs: this.duration(parts.at(-1) ?? node) })
    if (node.name === 'StepInvariantExpr') return this.shifted(inner, node, { at: this.at(parts.at(-1) ?? node) })
    const durations = parts.filter((part) => part.name === 'DurationExpr').map((part) => this.duration(part))
    const [rangeMs, stepMs] = durations
    if (rangeMs === undefined || rangeMs <= 0) return this.fail(node, 'a range must be longer than 0')
    if (node.name === 'SubqueryExpr') {
      if (stepMs !== undefined && stepMs <= 0) return this.fail(node, 'a subquery needs a step longer than 0')
      return { ...span, kind: 'subquery', expr: inner, rangeMs, stepMs, offsetMs: 0, at: undefined }
    }
    if (inner.kind !== 'selector')
      return this.fail(inner, 'a range fits only a selector; for an expression write [5m:]')
    if (inner.offsetMs !== 0 || inner.at !== undefined) this.fail(node, 'the range stands before offset and @')
    return { ...span, kind: 'range', selector: inner, rangeMs, offsetMs: 0, at: undefined }
  }

  private shifted(inner: Expr, node: SyntaxNode, change: { offsetMs: number } | { at: AtModifier }): Expr {
    if (inner.kind !== 'selector' && inner.kind !== 'range' && inner.kind !== 'subquery') {
      return this.fail(inner, 'offset and @ fit only a selector, a range or a subquery')
    }
    if ('at' in change && inner.at !== undefined) this.fail(node, '@ is set twice')
    if ('offsetMs' in change && inner.offsetMs !== 0) this.fail(node, 'offset is set twice')
    return { ...inner, ...change, to: node.to }
  }

  private at(node: SyntaxNode): AtModifier {
    if (node.name === 'AtModifierPreprocessors') {
      return { kind: firstChild(node)?.name === 'AtStart' ? 'start' : 'end' }
    }
    const sign = this.source(node).startsWith('-') ? -1 : 1
    const ms = Math.round(sign * this.number(node) * 1000)
    if (!Number.isSafeInteger(ms)) this.fail(node, 'the time after @ is out of range')
    return { kind: 'time', ms }
  }

  /** Whole milliseconds of a duration, with the arithmetic that stands in it. */
  private duration(node: SyntaxNode, depth = 0): number {
    if (depth > MAX_DEPTH) this.fail(node, 'expression nested too deeply')
    const seconds = this.durationSeconds(node, depth)
    const ms = Math.round(seconds * 1000)
    return Number.isSafeInteger(ms) ? ms : this.fail(node, 'duration out of range')
  }

  private durationSeconds(node: SyntaxNode, depth: number): number {
    if (depth > MAX_DEPTH) this.fail(node, 'expression nested too deeply')
    const [first, second, third] = children(node)
    if (first === undefined) return this.number(node)
    if (first.name.startsWith('Duration') && first.name !== 'DurationExpr')
      this.fail(first, 'step(), range(), min_of() and max_of() are not supported in durations')
    const left = first.name === 'UnaryOp' ? 0 : this.durationSeconds(first, depth + 1)
    if (second === undefined) return left
    if (first.name === 'UnaryOp') return (this.source(first) === '-' ? -1 : 1) * this.durationSeconds(second, depth + 1)
    if (third === undefined) return this.fail(node, 'bad duration')
    const right = this.durationSeconds(third, depth + 1)
    const op = this.source(second)
    if ((op === '/' || op === '%') && right === 0) this.fail(second, 'division by zero in a duration')
    if (op === '+') return left + right
    if (op === '-') return left - right
    if (op === '*') return left * right
    if (op === '/') return left / right
    return op === '^' ? left ** right : left % right
  }
}
