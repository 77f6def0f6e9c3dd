import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { EyeNetError } from '../errors/errors.ts'
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
import { parseStringLiteral } from './literal.ts'
import { compileMatcher } from './matcher.ts'
import { QueryError } from './query-error.ts'
import { readDurationMs, readNumber } from './read-duration.ts'
import { readable } from './readable.ts'
import { formatGeneral } from './sample-value.ts'
import type { Matcher } from './series-reader.ts'
import { syntaxFault, unknownFunction } from './syntax-fault.ts'
import { children, firstChild, MAX_DEPTH } from './syntax-nodes.ts'

// An expression that a person or a dashboard writes is far below; it bounds memory.
const MAX_TEXT = 65_536

/**
 * Parses and checks one PromQL expression. Throws QueryError (`invalid`) with line and column.
 * Lezer's grammar lets offset, @ and [..] take the whole expression on their left; operators are put in order here by
 * Prometheus' own precedence.
 */
export function parseQuery(text: string): ParsedQuery {
  if (text.length > MAX_TEXT) throw new QueryError('', 0, `expression longer than ${MAX_TEXT} characters`)
  const tree = parser.parse(readable(text))
  refuseErrors(text, tree.topNode)
  const root = firstChild(tree.topNode)
  if (root === undefined) throw new QueryError(text, 0, 'no expression found in input')
  return { text, expr: new AstBuilder(text).build(root, 0) }
}

function refuseErrors(text: string, top: SyntaxNode): void {
  const cursor = top.cursor()
  do {
    if (!cursor.type.isError) continue
    const { offset, reason } = syntaxFault(text, cursor.from)
    throw new QueryError(text, offset, reason)
  } while (cursor.next())
}

const POSTFIX = new Set(['OffsetExpr', 'StepInvariantExpr', 'MatrixSelector', 'SubqueryExpr'])

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
const TAKES_PARAM: ReadonlySet<AggregateOp> = new Set(['topk', 'bottomk', 'quantile', 'count_values'])
const TOO_SHORT = 'duration must be greater than 0'
const SELECTOR_MODIFIERS: Readonly<Record<string, string>> = {
  AnchoredExpr: 'the anchored modifier is experimental in Prometheus and not supported',
  SmoothedExpr: 'the smoothed modifier is experimental in Prometheus and not supported',
}
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

  /** `at`: where faults are shown that are not about a part; the operator of a binary expression. */
  private checked(expr: Expr, at: number = expr.from): Expr {
    checkNode(expr, this.text, at)
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
    if (!isBinaryOp(op)) return this.fail(opNode, `operator ${op} is for native histograms, which are not supported`)
    const fill = parts.find((part) => part.name === 'FillModifier')
    if (fill !== undefined) this.fail(fill, 'fill modifiers are experimental in Prometheus and not supported')
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
      const span = { from: left.from, to: right.to }
      left = this.checked({ kind: 'binary', op, bool, matching, left, right, ...span }, item.binary.from)
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
        return { ...span, kind: 'number', value: readNumber(node, this.text) }
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
        return this.fail(node, SELECTOR_MODIFIERS[node.name] ?? `${node.name} is not supported`)
    }
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
    this.refuseSecondName(node, matchers)
    return { kind: 'selector', matchers, offsetMs: 0, at: undefined, from: node.from, to: node.to }
  }

  /** One name before the braces or quoted inside them, and no matcher for another besides. */
  private refuseSecondName(node: SyntaxNode, matchers: readonly Matcher[]): void {
    const written = children(node).flatMap((part) =>
      part.name === 'Identifier' ? [part] : children(part).filter((inner) => inner.name === 'QuotedLabelName'),
    )
    const names = matchers.filter((matcher) => matcher.name === METRIC_NAME && matcher.op === '=')
    if (written.length === 0 || names.length < 2) return
    const [first, second] = names.map(({ value }) => JSON.stringify(value))
    this.fail(node, `metric name must not be set twice: ${first} or ${second}`)
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
    if (!isAggregateOp(op)) return this.fail(opNode, unknownFunction(op))
    const args = children(body).map((arg) => this.build(arg, depth + 1))
    const expr = args.at(-1)
    if (expr === undefined) return this.fail(node, 'no arguments for aggregate expression provided')
    const wanted = TAKES_PARAM.has(op) ? 2 : 1
    if (args.length !== wanted) {
      const counts = `expected ${wanted}, got ${args.length}`
      this.fail(node, `wrong number of arguments for aggregate expression provided, ${counts}`)
    }
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
    if (node.name === 'OffsetExpr')
      return this.shifted(inner, node, { offsetMs: readDurationMs(parts.at(-1) ?? node, this.text) })
    if (node.name === 'StepInvariantExpr') return this.shifted(inner, node, { at: this.at(parts.at(-1) ?? node) })
    const durations = parts
      .filter((part) => part.name === 'DurationExpr')
      .map((part) => readDurationMs(part, this.text))
    const [rangeMs, stepMs] = durations
    if (rangeMs === undefined || rangeMs <= 0) return this.fail(parts[1] ?? node, TOO_SHORT)
    if (node.name === 'SubqueryExpr') {
      if (stepMs !== undefined && stepMs <= 0) return this.fail(parts.at(-1) ?? node, TOO_SHORT)
      return { ...span, kind: 'subquery', expr: inner, rangeMs, stepMs, offsetMs: 0, at: undefined }
    }
    if (inner.kind !== 'selector') {
      return this.fail(inner, 'ranges only allowed for vector selectors; for an expression write a subquery, [5m:]')
    }
    if (inner.offsetMs !== 0) this.fail(node, 'no offset modifiers allowed before range')
    if (inner.at !== undefined) this.fail(node, 'no @ modifiers allowed before range')
    return { ...span, kind: 'range', selector: inner, rangeMs, offsetMs: 0, at: undefined }
  }

  private shifted(inner: Expr, node: SyntaxNode, change: { offsetMs: number } | { at: AtModifier }): Expr {
    if (inner.kind !== 'selector' && inner.kind !== 'range' && inner.kind !== 'subquery') {
      const name = 'at' in change ? '@ modifier' : 'offset modifier'
      const fits = 'an instant vector selector or range vector selector or a subquery'
      return this.fail(inner, `${name} must be preceded by ${fits}`)
    }
    if ('at' in change && inner.at !== undefined) this.fail(inner, '@ <timestamp> may not be set multiple times')
    if ('offsetMs' in change && inner.offsetMs !== 0) this.fail(inner, 'offset may not be set multiple times')
    return { ...inner, ...change, to: node.to }
  }

  private at(node: SyntaxNode): AtModifier {
    if (node.name === 'AtModifierPreprocessors') {
      return { kind: firstChild(node)?.name === 'AtStart' ? 'start' : 'end' }
    }
    const sign = this.source(node).startsWith('-') ? -1 : 1
    const seconds = sign * readNumber(node, this.text)
    const ms = Math.round(seconds * 1000)
    if (!Number.isSafeInteger(ms)) {
      this.fail(node, `timestamp out of bounds for @ modifier: ${formatGeneral(seconds)}`)
    }
    return { kind: 'time', ms }
  }
}
