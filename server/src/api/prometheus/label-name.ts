import { bad } from './parameters.ts'

/** A label's name in a path: any text since Prometheus 3, which a client may have escaped to `U__...`. */
export function labelNameOf(inPath: string): string {
  const name = unescaped(inPath)
  if (name === '') throw bad('name', `${JSON.stringify(inPath)} is not a label name`)
  return name
}

/** `U__a_2e_b__c` is `a.b_c`; what is no such form stands for itself. */
function unescaped(name: string): string {
  if (!name.startsWith('U__')) return name
  const escaped = name.slice(3)
  if (!/^(?:[^_]|__|_[0-9a-f]{1,6}_)*$/i.test(escaped)) return name
  let valid = true
  const text = escaped.replace(/__|_([0-9a-f]{1,6})_/gi, (_, digits: string | undefined) => {
    if (digits === undefined) return '_'
    const code = Number.parseInt(digits, 16)
    valid &&= code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    return valid ? String.fromCodePoint(code) : ''
  })
  return valid ? text : name
}
