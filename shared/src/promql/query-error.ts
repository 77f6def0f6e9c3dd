import { EyeNetError } from '../errors/errors.ts'

/** A fault in an expression: what is wrong and where. Line and column count from 1, offset from 0 (UTF-16 code units). */
export class QueryError extends EyeNetError {
  readonly line: number
  readonly column: number
  readonly offset: number
  /** What is wrong, without the position. */
  readonly reason: string

  constructor(text: string, offset: number, reason: string) {
    const before = text.slice(0, offset)
    const line = before.split('\n').length
    const column = offset - before.lastIndexOf('\n')
    super('invalid', `${line}:${column}: parse error: ${reason}`)
    this.name = 'QueryError'
    this.line = line
    this.column = column
    this.offset = offset
    this.reason = reason
  }
}
