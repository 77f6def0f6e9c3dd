import { EyeNetError } from '../errors/errors.ts'

/** A fault in a template: what is wrong and where, in UTF-16 code units from its start. */
export class TemplateError extends EyeNetError {
  readonly offset: number
  readonly reason: string

  constructor(offset: number, reason: string) {
    super('invalid', `template, character ${offset + 1}: ${reason}`)
    this.name = 'TemplateError'
    this.offset = offset
    this.reason = reason
  }
}
