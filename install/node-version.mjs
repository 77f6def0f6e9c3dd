// The one place that says on which Node EyeNet runs; `engines` in package.json says the same to npm, README.md to people. The
// installers run this file, and read NODE_NEEDED from its text where it does not run: it ends with 1 on any other Node.

// Each release line with its oldest minor; what is newer than the last line is taken to work.
const LINES = new Map([
  [20, 19],
  [22, 13],
  [24, 0],
])
const NEWEST = 24

export const NODE_NEEDED = '20 (20.19 or newer), 22 (22.13 or newer) or 24'

/** A sentence where EyeNet does not run on this Node, else undefined. */
export function nodeVersionProblem(version) {
  const [major, minor] = version.split('.').map(Number)
  const oldest = LINES.get(major)
  if (oldest === undefined ? major > NEWEST : minor >= oldest) return undefined
  return `EyeNet needs Node ${NODE_NEEDED}, this is ${version}; install one of them, for example from nodejs.org.`
}

const isProgram = process.argv.length > 1 && process.argv[1].endsWith('node-version.mjs')
if (isProgram && nodeVersionProblem(process.versions.node) !== undefined) process.exitCode = 1
