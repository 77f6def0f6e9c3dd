import type { SyntaxNode } from '@lezer/common'
import { parseNumberLiteral } from './literal.ts'
import { QueryError } from './query-error.ts'
import { children, MAX_DEPTH } from './syntax-nodes.ts'

/** The value of a number or duration literal, without its sign. Throws QueryError. */
export function readNumber(node: SyntaxNode, text: string): number {
  const source = text.slice(node.from, node.to)
  const value = parseNumberLiteral(source.replace(/^[+-]\s*/, ''))
  if (value === undefined) throw new QueryError(text, node.from, `bad number or duration syntax: "${source}"`)
  return value
}

/** Whole milliseconds of a duration, with the arithmetic that stands in it. Throws QueryError. */
export function readDurationMs(node: SyntaxNode, text: string): number {
  const ms = Math.round(secondsOf(node, text, 0) * 1000)
  if (!Number.isSafeInteger(ms)) throw new QueryError(text, node.from, 'duration out of range')
  return ms
}

function secondsOf(node: SyntaxNode, text: string, depth: number): number {
  if (depth > MAX_DEPTH) throw new QueryError(text, node.from, 'expression nested too deeply')
  const [first, second, third] = children(node)
  if (first === undefined) return readNumber(node, text)
  if (first.name.startsWith('Duration') && first.name !== 'DurationExpr') {
    const reason = 'step(), range(), min_of() and max_of() are experimental in Prometheus and not supported'
    throw new QueryError(text, first.from, reason)
  }
  if (first.name === 'UnaryOp') {
    const value = second === undefined ? 0 : secondsOf(second, text, depth + 1)
    return text.slice(first.from, first.to) === '-' ? -value : value
  }
  const left = secondsOf(first, text, depth + 1)
  if (second === undefined || third === undefined) return left
  const right = secondsOf(third, text, depth + 1)
  const op = text.slice(second.from, second.to)
  if ((op === '/' || op === '%') && right === 0) {
    throw new QueryError(text, second.from, `${op === '/' ? 'division' : 'modulo'} by zero`)
  }
  return combined(op, left, right)
}

function combined(op: string, left: number, right: number): number {
  if (op === '+') return left + right
  if (op === '-') return left - right
  if (op === '*') return left * right
  if (op === '/') return left / right
  return op === '^' ? left ** right : left % right
}
