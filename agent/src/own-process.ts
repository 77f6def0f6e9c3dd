/** What runs here, and what it has used since it began. */
export function ownProcess() {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  return {
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    memoryBytes: rss,
    heapBytes: heapUsed,
    cpuSeconds: (user + system) / 1e6,
  }
}
