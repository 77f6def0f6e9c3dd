export const NODE_NEEDED = '20 (20.19 or newer), 22 (22.2 or newer) or 24'

/** A sentence where EyeNet does not run on this Node, else undefined. Says what `engines` in package.json says. */
export function nodeVersionProblem(version) {
  const [major, minor] = version.split('.').map(Number)
  const enough = major > 22 || (major === 22 && minor >= 2) || (major === 20 && minor >= 19)
  return enough
    ? undefined
    : `EyeNet needs Node ${NODE_NEEDED}, this is ${version}; install one of them, for example from nodejs.org.`
}
