import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileTemplate, MAX_RENDERED } from './rules.ts'

const context = {
  labels: { device: 'core-1.example.net:161', empty: '' },
  value: 0.12345,
  externalLabels: { region: 'eu' },
}
const render = (source: string, value = context.value): string => compileTemplate(source).render({ ...context, value })

test.each([
  ['{{ $labels.device }}/{{ .Labels.device }}', 'core-1.example.net:161/core-1.example.net:161'],
  ['{{ $value }} {{ .Value }}', '0.12345 0.12345'],
  ['{{ $labels.nothing }}|{{ $externalLabels.region }}', '|eu'],
  ['{{ $value | humanizePercentage }}', '12.35%'],
  ['{{ printf "%.2f" $value }} {{ $value | printf "%6.1f|" }}', '0.12    0.1|'],
  ['{{ $labels.device | stripPort | toUpper }}', 'CORE-1.EXAMPLE.NET'],
  ['{{ reReplaceAll "(.*)-(\\\\d).*" "$2 $1" $labels.device }}', '1 core'],
  ['{{ if gt $value 0.1 }}high{{ else }}low{{ end }}', 'high'],
  ['{{ if $labels.empty }}a{{ else if eq $labels.device "x" }}b{{ else }}c{{ end }}', 'c'],
  ['a {{- " b " -}} c{{/* no */}}', 'a b c'],
  ['{{ title (print "up " (index $labels "empty") "now") }}', 'Up Now'],
  ['{{ `{{` }}', '{{'],
])('%s gives %s', (source, expected) => {
  expect(render(source)).toBe(expected)
})

test.each([
  ['humanize', 1_234_567, '1.235M'],
  ['humanize', 0.00012, '120u'],
  ['humanize', -1000, '-1k'],
  ['humanize1024', 1_048_576, '1Mi'],
  ['humanizeDuration', 3725, '1h 2m 5s'],
  ['humanizeDuration', 100_000, '1d 3h 46m 40s'],
  ['humanizeDuration', 0.012, '12ms'],
  ['humanizeDuration', 45.6, '45.6s'],
  ['humanizeTimestamp', 1_435_065_584.128, '2015-06-23 13:19:44.128 +0000 UTC'],
  ['humanize', Number.NaN, 'NaN'],
])('%s of %d is %s', (name, value, expected) => {
  expect(render(`{{ $value | ${name} }}`, value)).toBe(expected)
})

test.each([
  ['{{ $labels.x', '{{ is not closed by }}', 0],
  ['ab {{ humanise $value }}', 'unknown function humanise; did you mean humanize?', 6],
  ['{{ if $value }}x', '{{ if }} without {{ end }}', 0],
  ['x{{ end }}', 'end without if', 1],
  ['{{ $value | 3 }}', '3 is no function; only functions stand after |', 12],
  ['{{ template "up" }}', 'unknown function template', 3],
])('%s is refused at its place', (source, reason, offset) => {
  expect(() => compileTemplate(source)).toThrow(expect.objectContaining({ code: 'invalid', reason, offset }))
})

test('what stands in a label is never read as a template, and the text stays bounded', () => {
  const template = compileTemplate('{{ $labels.a }}{{ $labels.a | toLower }}')
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constant('{{ $labels.a }}'), fc.string({ minLength: 5000, maxLength: 9000 })),
      (a) => {
        const text = template.render({ labels: { a }, value: 1 })
        expect(text.length).toBeLessThanOrEqual(MAX_RENDERED)
        if (a.length < 1000) expect(text.startsWith(a)).toBe(true)
      },
    ),
  )
})

test('a function that fails on a value shows its failure instead of the text', () => {
  expect(compileTemplate('{{ reReplaceAll $labels.a "" "x" }}').render({ labels: { a: '(' }, value: 1 })).toMatch(
    /^<error/,
  )
})
