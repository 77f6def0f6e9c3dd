import { EyeNetError } from '../errors/errors.ts'
import type { Labels } from '../identity/identity.ts'
import { compileRegex, expandTemplate, tooLong } from '../regex/regex.ts'
import type { Budget } from './budget.ts'
import type { Frame } from './frame.ts'
import { refuseSameLabels } from './frame.ts'
import { labelValue } from './label-value.ts'

/** Longer values come from nested calls that double what they are given, until the process has no memory left. */
const MAX_LABEL_VALUE = 8_192

/** Is told how many characters each new value has, before the next one is made. */
type Charge = (characters: number) => void
type Charging = { readonly charge: Charge; readonly budget: Budget }

/** label_replace(v, dst, replacement, src, regex): the arguments after the vector. */
export function labelReplace(
  frame: Frame,
  [dst = '', replacement = '', src = '', regex = '']: readonly string[],
  { charge, budget }: Charging,
): Frame {
  refuseBadName(dst, 'destination label name in label_replace()')
  const compiled = compiledFor(regex)
  return relabel(frame, budget, (labels) => {
    const match = compiled.exec(labelValue(labels, src))
    if (match === undefined) return labels
    const value = expandTemplate(replacement, match, MAX_LABEL_VALUE)
    charge(value.length)
    return withLabel(labels, dst, value)
  })
}

/** label_join(v, dst, separator, src...): the arguments after the vector. */
export function labelJoin(
  frame: Frame,
  [dst = '', separator = '', ...sources]: readonly string[],
  { charge, budget }: Charging,
): Frame {
  for (const src of sources) refuseBadName(src, 'source label name in label_join()')
  refuseBadName(dst, 'destination label name in label_join()')
  return relabel(frame, budget, (labels) => {
    const parts = sources.map((src) => labelValue(labels, src))
    const length = parts.reduce((sum, part) => sum + part.length + separator.length, 0)
    if (length > MAX_LABEL_VALUE) throw tooLong(MAX_LABEL_VALUE)
    charge(length)
    return withLabel(labels, dst, parts.join(separator))
  })
}

/** The labels with one set; an empty value takes it away. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  const { [name]: _, ...rest } = labels
  return value === '' ? rest : { ...rest, [name]: value }
}

/** `what`: which name of which function. */
export function refuseBadName(name: string, what: string): void {
  // U+FFFD stands where the bytes were no UTF-8.
  if (name !== '' && !name.includes('\ufffd')) return
  throw new EyeNetError('invalid', `invalid ${what}: ${name}`)
}

function compiledFor(regex: string): ReturnType<typeof compileRegex> {
  try {
    return compileRegex(regex)
  } catch (error) {
    if (!(error instanceof EyeNetError)) throw error
    throw new EyeNetError('invalid', `invalid regular expression in label_replace(): ${regex} (${error.message})`)
  }
}

function relabel(frame: Frame, budget: Budget, change: (labels: Labels) => Labels): Frame {
  const labels = frame.labels.map((own) => {
    budget.rows(1)
    return change(own)
  })
  const relabelled = { ...frame, labels }
  refuseSameLabels(relabelled, budget)
  return relabelled
}
