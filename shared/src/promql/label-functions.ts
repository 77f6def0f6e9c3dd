import { EyeNetError } from '../errors/errors.ts'
import type { Labels } from '../identity/identity.ts'
import type { Frame } from './frame.ts'
import { refuseSameLabels } from './frame.ts'
import { labelValue } from './label-value.ts'
import { compileRegex, expandTemplate } from './regex.ts'

/** label_replace(v, dst, replacement, src, regex): the arguments after the vector. */
export function labelReplace(
  frame: Frame,
  [dst = '', replacement = '', src = '', regex = '']: readonly string[],
): Frame {
  refuseBadName(dst)
  const compiled = compileRegex(regex)
  return relabel(frame, (labels) => {
    const match = compiled.exec(labelValue(labels, src))
    return match === undefined ? labels : withLabel(labels, dst, expandTemplate(replacement, match))
  })
}

/** label_join(v, dst, separator, src...): the arguments after the vector. */
export function labelJoin(frame: Frame, [dst = '', separator = '', ...sources]: readonly string[]): Frame {
  refuseBadName(dst)
  return relabel(frame, (labels) =>
    withLabel(labels, dst, sources.map((src) => labelValue(labels, src)).join(separator)),
  )
}

/** The labels with one set; an empty value takes it away. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  const { [name]: _, ...rest } = labels
  return value === '' ? rest : { ...rest, [name]: value }
}

function refuseBadName(name: string): void {
  // U+FFFD stands where the bytes were no UTF-8.
  if (name === '' || name.includes('\ufffd')) {
    throw new EyeNetError('invalid', `invalid destination label name ${JSON.stringify(name)}`)
  }
}

function relabel(frame: Frame, change: (labels: Labels) => Labels): Frame {
  const relabelled = { ...frame, labels: frame.labels.map(change) }
  refuseSameLabels(relabelled)
  return relabelled
}
