export type TemplateValue = string | number | boolean | Readonly<Record<string, string>>

/** As Go prints it with %v. */
export function printValue(value: TemplateValue): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return formatGeneral(value, undefined)
  const pairs = Object.keys(value)
    .sort()
    .map((name) => `${name}:${value[name]}`)
  return `map[${pairs.join(' ')}]`
}

/**
 * Go's %g: `digits` significant ones, or as few as needed. Where Go without digits writes an exponent from 1e6 on,
 * this writes the number out up to 1e21: people read it.
 */
export function formatGeneral(value: number, digits: number | undefined): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  if (value === 0) return '0'
  const scientific = value.toExponential(digits === undefined ? undefined : Math.max(1, digits) - 1)
  const [mantissa = '', power = '0'] = scientific.split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= (digits ?? 21)) {
    const sign = exponent < 0 ? '-' : '+'
    return `${withoutZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  if (digits === undefined) return String(value)
  return withoutZeros(value.toFixed(Math.max(0, digits - 1 - exponent)))
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

// Wider fields and more digits than this are a mistake or an attack.
const MAX_FIELD = 100

const VERB = /%([-+0 #]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g

/** Go's Sprintf for the verbs %s %v %q %d %f %e %g %t %x %%; what does not fit is shown as Go shows it. */
export function sprintf(format: string, args: readonly TemplateValue[]): string {
  let next = 0
  const written = format.replace(VERB, (...match: readonly string[]) => {
    const [, flags = '', width, precision, verb = ''] = match
    if (verb === '%') return '%'
    const arg = args[next++]
    if (arg === undefined) return `%!${verb}(MISSING)`
    const digits = precision === undefined ? undefined : Math.min(MAX_FIELD, Number(precision))
    const text = formatVerb(verb, arg, digits)
    const signed = flags.includes('+') && typeof arg === 'number' && arg >= 0 ? `+${text}` : text
    return pad(signed, Math.min(MAX_FIELD, Number(width ?? 0)), flags)
  })
  return next < args.length ? `${written}%!(EXTRA ${args.slice(next).map(printValue).join(', ')})` : written
}

function formatVerb(verb: string, arg: TemplateValue, digits: number | undefined): string {
  if (verb === 'v') return printValue(arg)
  if (verb === 's') return cut(printValue(arg), digits)
  if (verb === 'q') return JSON.stringify(printValue(arg))
  if (verb === 't' && typeof arg === 'boolean') return String(arg)
  if (typeof arg === 'number') {
    if (verb === 'f' || verb === 'F') return Number.isFinite(arg) ? fixed(arg, digits ?? 6) : printValue(arg)
    if (verb === 'e') return formatExponent(arg, digits ?? 6)
    if (verb === 'g') return formatGeneral(arg, digits)
    if (verb === 'd') return Number.isInteger(arg) ? fixed(arg, 0) : `%!d(float64=${printValue(arg)})`
    if (verb === 'x' && Number.isInteger(arg)) return arg.toString(16)
  }
  return `%!${verb}(${typeof arg === 'number' ? 'float64' : typeof arg}=${printValue(arg)})`
}

function fixed(value: number, digits: number): string {
  // toFixed falls back to an exponent from 1e21 on; such a value is whole.
  return Math.abs(value) < 1e21 ? value.toFixed(digits) : BigInt(value).toString()
}

function formatExponent(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2') : printValue(value)
}

const cut = (text: string, length: number | undefined): string =>
  length === undefined ? text : Array.from(text).slice(0, length).join('')

function pad(text: string, width: number, flags: string): string {
  if (flags.includes('-')) return text.padEnd(width)
  if (flags.includes('0') && /^[+-]?\d/.test(text)) {
    const sign = /^[+-]/.test(text) ? (text[0] ?? '') : ''
    return sign + text.slice(sign.length).padStart(width - sign.length, '0')
  }
  return text.padStart(width)
}
