import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { sourceFiles } from './source-files.mjs'

const MAX_LINES = 400
const DRAWERS = /(^|\/)(utils?|helpers?|common|managers?|misc|types|lib)(\/|\.(test\.)?tsx?$)/

/** Sentences for files that hold more than one subject, or whose name says nothing. */
export function fileProblems(root) {
  const problems = []
  for (const path of sourceFiles(root)) {
    const lines = readFileSync(join(root, path), 'utf8').split('\n').length - 1
    if (lines > MAX_LINES) {
      problems.push(
        `${path}: ${lines} lines; a file is one subject, at most ${MAX_LINES}. Move a part that has a name of its own to its own file.`,
      )
    }
    if (DRAWERS.test(path)) {
      problems.push(`${path}: this name says nothing about what is inside; name the file after its main export.`)
    }
  }
  return problems
}

/** Sentences for rooms without a front door, and for server rooms nobody gave a floor. */
export function roomProblems(root) {
  const { serverFloors } = loadConfig(root)
  const problems = []
  for (const side of ['shared', 'agent', 'server']) {
    for (const room of roomsOf(join(root, side, 'src'))) {
      const path = `${side}/src/${room}`
      if (!existsSync(join(root, path, `${room}.ts`))) {
        problems.push(
          `${path}/${room}.ts is missing; each room has a front door of its own name that says what the room does and does not do.`,
        )
      }
      if (side === 'server' && !serverFloors.flat().includes(room)) {
        problems.push(`${path} has no floor; add ${room} to SERVER_FLOORS in .dependency-cruiser.cjs.`)
      }
    }
  }
  return problems
}

/** Sentences for imports against the rules of .dependency-cruiser.cjs. */
export async function importProblems(root) {
  const { serverFloors, options, ...rules } = loadConfig(root)
  const { cruise } = await import('dependency-cruiser')
  const files = sourceFiles(root).filter((path) => /\.tsx?$/.test(path))
  if (files.length === 0) return []
  const cruiseOptions = { ...options, baseDir: root, ruleSet: rules, validate: true }
  const { output } = await cruise(files, cruiseOptions, options.enhancedResolveOptions)
  const comments = new Map(rules.forbidden.map((rule) => [rule.name, rule.comment]))
  return withoutRepeatedCircles(output.summary.violations).map(({ from, to, cycle, rule }) => {
    const way =
      cycle === undefined ? `${from} imports ${to}` : [from, ...cycle.map((step) => step.name)].join(' imports ')
    return `${way}. ${comments.get(rule.name)} (${rule.name})`
  })
}

/** One knot of files makes many circles: only those are kept that contain no smaller one. */
function withoutRepeatedCircles(violations) {
  const filesOf = ({ from, cycle }) => new Set([from, ...cycle.map((step) => step.name)])
  const bySize = violations.filter((one) => one.cycle !== undefined).sort((a, b) => filesOf(a).size - filesOf(b).size)
  const kept = []
  for (const circle of bySize) {
    const files = filesOf(circle)
    if (!kept.some((smaller) => [...filesOf(smaller)].every((file) => files.has(file)))) kept.push(circle)
  }
  return [...violations.filter((one) => one.cycle === undefined), ...kept]
}

function loadConfig(root) {
  return createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs'))
}

function roomsOf(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
}
