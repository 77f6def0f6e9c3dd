const UNREADABLE = new RegExp(
  [
    /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#[^\n]*/,
    /(?<point>(?<![\w.])\d+\.(?![\w.]))/,
    /(?<name>(?<=(?:^|[(,{+*/%^=<>-])\s*)offset(?![\w:]))/,
    /(?<own>(?<![\w:.])forecast_until(?=\s*\())/,
  ]
    .map((part) => part.source)
    .join('|'),
  'gi',
)

// As long as `offset`, and no keyword.
const PLAIN_NAME = 'offse_'
// As long as `forecast_until`, which is EyeNet's own, and a function that Prometheus has.
const LIKE_OWN = 'predict_linear'

/**
 * What Prometheus reads and Lezer's grammar does not, in a form that it can read: `5.` as `5 `, and a metric or a label
 * named offset under another name, and a function of EyeNet's own as one that Prometheus has. Strings, comments and every position stay; names are taken from the text itself.
 */
export function readable(text: string): string {
  return text.replace(UNREADABLE, (found, ...rest: readonly unknown[]) => {
    const groups = rest.at(-1)
    if (typeof groups !== 'object' || groups === null) return found
    if ('point' in groups && groups.point !== undefined) return found.replace('.', ' ')
    if ('own' in groups && groups.own !== undefined) return LIKE_OWN
    return 'name' in groups && groups.name !== undefined ? PLAIN_NAME : found
  })
}
