#!/usr/bin/env node
// node install/copy-product.mjs agent|server DEST: what one side needs to run, and nothing to build or test it with.
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const OWN = {
  agent: ['bin', 'dist', 'mib-facts', 'profiles', 'package.json'],
  server: ['bin', 'dist', 'dist-web', 'rules', 'package.json'],
  shared: ['dist', 'models', 'package.json'],
}
const TOP = ['LICENSE', 'README.md', 'CHANGELOG.md']
// Sources that a native package was compiled from, and what only a compiler of ours reads.
const LEFT_OUT = /(^|\/)(\.tsbuildinfo|\.bin|better-sqlite3(-napi)?\/(deps|src)|[^/]+\.(d\.ts|map|o|a))$/

// ONNX Runtime brings its native part for six machines, 290 MB; the product goes to machines like this one.
const FOREIGN_PART = new RegExp(`/onnxruntime-node/bin/[^/]+/(?!${process.platform}(/${process.arch}(/|$)|$))`)

/** Copies `side` ('agent' or 'server') with shared and every package they need at run time. `dest` is replaced as a whole. */
export function copyProduct(root, side, dest) {
  rmSync(dest, { recursive: true, force: true })
  mkdirSync(join(dest, 'node_modules/@eyenet'), { recursive: true })
  for (const workspace of ['shared', side]) {
    for (const part of OWN[workspace]) copy(root, `${workspace}/${part}`, dest)
  }
  for (const part of TOP) copy(root, part, dest)
  for (const folder of productionPackages(root, side)) copy(root, folder, dest)
  symlinkSync('../../shared', join(dest, 'node_modules/@eyenet/shared'))
}

/** Folders of the packages `side` needs at run time, found as Node finds them, relative to `root`. Optional ones where present. */
export function productionPackages(root, side) {
  const found = new Set()
  const visit = (folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const required = Object.keys(manifest.dependencies ?? {})
    const optional = Object.keys({ ...manifest.optionalDependencies, ...manifest.peerDependencies })
    for (const name of new Set([...required, ...optional])) {
      const at = resolvePackage(root, folder, name)
      if (at === undefined && required.includes(name) && !(name in (manifest.optionalDependencies ?? {}))) {
        throw new Error(`${name}, which ${manifest.name} needs, is not installed; run npm ci first.`)
      }
      if (at === undefined || found.has(at)) continue
      found.add(at)
      visit(at)
    }
  }
  visit(join(realpathSync(root), side))
  const paths = [...found].map((folder) => relative(realpathSync(root), folder))
  return paths.filter((path) => path.startsWith('node_modules/') || path.startsWith(`${side}/node_modules/`)).sort()
}

function resolvePackage(root, from, name) {
  for (let folder = from; folder.startsWith(realpathSync(root)); folder = dirname(folder)) {
    const at = join(folder, 'node_modules', name)
    if (existsSync(join(at, 'package.json'))) return realpathSync(at)
  }
  return undefined
}

function copy(root, path, dest) {
  const from = join(root, path)
  if (!existsSync(from)) return
  cpSync(from, join(dest, path), {
    recursive: true,
    preserveTimestamps: true,
    filter: (source) => !LEFT_OUT.test(source) && !FOREIGN_PART.test(source),
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [side, dest] = process.argv.slice(2)
  if ((side !== 'agent' && side !== 'server') || dest === undefined) {
    process.stderr.write('Usage: node install/copy-product.mjs agent|server DEST\n')
    process.exit(64)
  }
  copyProduct(fileURLToPath(new URL('..', import.meta.url)), side, dest)
}
