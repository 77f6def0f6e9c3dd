import { assertNever, EyeNetError } from '../errors/errors.ts'
import { printValue, type TemplateValue } from './go-format.ts'
import { fieldOf, isTruthy } from './template-functions.ts'
import { parseTemplate, type TemplatePart, type Term } from './template-parse.ts'

export type TemplateContext = {
  readonly labels: Readonly<Record<string, string>>
  /** Labels as people know them, a device's name in place of its id; for annotations only. */
  readonly shownLabels?: Readonly<Record<string, string>>
  readonly value: number
  readonly externalLabels?: Readonly<Record<string, string>>
  readonly externalURL?: string
}

export type Template = {
  /** As it was written. */
  readonly source: string
  /** Never throws: what fails while rendering stands in the text. Label values are put in as they are, never read again. */
  render(context: TemplateContext): string
}

/** A rendered text is cut after this many characters; notifications and the page stay readable. */
export const MAX_RENDERED = 4096

/** Compiles one annotation or label of a rule file. Throws TemplateError (`invalid`) with the place. */
export function compileTemplate(source: string): Template {
  const parts = parseTemplate(source)
  return {
    source,
    render(context) {
      try {
        const text = renderParts(parts, context)
        return text.length > MAX_RENDERED ? `${text.slice(0, MAX_RENDERED - 1)}…` : text
      } catch (error) {
        // A function that fails on a hostile value must not keep an alert from being told.
        if (error instanceof EyeNetError) return `<error rendering the template: ${error.message}>`
        throw error
      }
    },
  }
}

function renderParts(parts: readonly TemplatePart[], context: TemplateContext): string {
  let text = ''
  for (const part of parts) {
    text += renderPart(part, context)
    if (text.length > MAX_RENDERED) break
  }
  return text
}

function renderPart(part: TemplatePart, context: TemplateContext): string {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'print':
      return printValue(valueOfTerm(part.term, context))
    case 'if':
      return renderParts(isTruthy(valueOfTerm(part.test, context)) ? part.then : part.otherwise, context)
    default:
      return assertNever(part)
  }
}

function valueOfTerm(term: Term, context: TemplateContext): TemplateValue {
  switch (term.kind) {
    case 'constant':
      return term.value
    case 'variable': {
      const value = variableOf(term.name, context)
      return term.field === undefined ? value : fieldOf(value, term.field)
    }
    case 'call':
      return term.call(term.args.map((arg) => valueOfTerm(arg, context)))
    default:
      return assertNever(term)
  }
}

function variableOf(name: Extract<Term, { kind: 'variable' }>['name'], context: TemplateContext): TemplateValue {
  switch (name) {
    case 'labels':
      return context.labels
    case 'value':
      return context.value
    case 'externalLabels':
      return context.externalLabels ?? {}
    case 'externalURL':
      return context.externalURL ?? ''
    default:
      return assertNever(name)
  }
}
