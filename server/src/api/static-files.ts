import { readFile, realpath, stat } from 'node:fs/promises'
import { extname, join, resolve, sep } from 'node:path'

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}
/** Names below assets/ carry a hash of their content. */
const FOREVER = 'public, max-age=31536000, immutable'
const ASK_EACH_TIME = 'no-cache'

const MISSING_BUILD = `<!doctype html><html lang="en"><meta charset="utf-8"><title>EyeNet</title>
<h1>The web page is not built</h1>
<p>The server works; only its page is missing. Run <code>npm run build</code> and reload.</p>
<p>The API is described at <a href="/api/docs">/api/docs</a>.</p></html>`

/** Serves the built web page of a folder; undefined where there is no such file. Nothing outside the folder is ever read. */
export function createStaticFiles(folder: string) {
  const root = resolve(folder)

  /** Whether a file is below the folder also when links are followed. */
  async function isInside(full: string): Promise<boolean> {
    return (await realpath(full)).startsWith((await realpath(root)) + sep)
  }

  async function file(path: string, request: Request): Promise<Response | undefined> {
    const type = MEDIA_TYPES[extname(path)]
    const full = join(root, path)
    if (type === undefined || !full.startsWith(root + sep)) return undefined
    const found = await stat(full).catch(() => undefined)
    if (found?.isFile() !== true || !(await isInside(full))) return undefined
    const etag = `"${found.size.toString(36)}-${Math.trunc(found.mtimeMs).toString(36)}"`
    const headers = {
      'content-type': type,
      'cache-control': path.startsWith('/assets/') ? FOREVER : ASK_EACH_TIME,
      etag,
    }
    if (request.headers.get('if-none-match')?.replace(/^W\//, '') === etag)
      return new Response(null, { status: 304, headers })
    return new Response(new Uint8Array(await readFile(full)), { headers })
  }

  return async (request: Request): Promise<Response | undefined> => {
    const path = decodedPath(request.url)
    if (path === undefined) return undefined
    const exact = await file(path === '/' ? '/index.html' : path, request)
    // A name without a dot is a place in the page, which finds it by itself.
    if (exact !== undefined || path.includes('.')) return exact
    return (await file('/index.html', request)) ?? missingBuild()
  }
}

const missingBuild = (): Response =>
  new Response(MISSING_BUILD, {
    status: 503,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  })

/** The path as a name of files; undefined for one that no file of ours has: dot names, backslashes, control characters. */
function decodedPath(url: string): string | undefined {
  try {
    const path = decodeURIComponent(new URL(url).pathname)
    return /(?:^|\/)\.|[\\\u0000-\u001f]/.test(path) ? undefined : path
  } catch {
    return undefined
  }
}
