export const NODE_NEEDED = '20.19'

/** A sentence where this Node is too old for EyeNet, else undefined. */
export function nodeVersionProblem(version) {
  const [major, minor] = version.split('.').map(Number)
  const enough = major > 20 || (major === 20 && minor >= 19)
  return enough
    ? undefined
    : `EyeNet needs Node ${NODE_NEEDED} or newer, this is ${version}; install a newer one, for example from nodejs.org.`
}
