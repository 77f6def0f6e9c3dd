// Who may import whom. `npm run check` applies it; each comment is the sentence people see when they break the rule.

// Floors of the server, lowest first: a room may import rooms of its own floor and below.
const SERVER_FLOORS = [
  ['db', 'makers', 'auth-core', 'vault', 'pki', 'turns', 'sqlite', 'push', 'calls'],
  ['store', 'inventory'],
  ['broker', 'ingest', 'ledger', 'topology', 'incidents'],
  ['alerting', 'anomalies', 'forecast', 'learn', 'respond', 'fleet', 'auth', 'discovery'],
  ['api', 'ops'],
  ['cli'],
]

const TESTS = '\\.(test|testkit)\\.tsx?$'
const SHARED = '^(shared/(src|dist)|@eyenet/shared|node_modules/@eyenet/shared)/'

const floorRules = SERVER_FLOORS.slice(0, -1).map((rooms, floor) => ({
  name: `floor-${floor + 1}-${rooms[0]}`,
  severity: 'error',
  comment: `A lower room of the server may not import a higher one (${SERVER_FLOORS.map((rooms) => rooms.join(' ')).join(' < ')}); take what you need as an argument and let server.ts connect the two.`,
  from: { path: `^server/src/(${rooms.join('|')})/`, pathNot: TESTS },
  to: {
    path: `^server/src/((${SERVER_FLOORS.slice(floor + 1)
      .flat()
      .join('|')})/|server\\.ts$)`,
  },
}))

module.exports = {
  serverFloors: SERVER_FLOORS,
  forbidden: [
    {
      name: 'front-door',
      severity: 'error',
      comment:
        'A room is imported from another room only through its front door, the file of the same name (store/store.ts); export there what others need, or move the code to the room that needs it.',
      from: { path: '^((?:shared|agent|server)/src)/([^/]+)', pathNot: TESTS },
      to: { path: '^$1/[^/]+/.+', pathNot: ['^$1/$2/', '^$1/([^/]+)/\\1\\.tsx?$'] },
    },
    {
      name: 'agent-and-server-never-meet',
      severity: 'error',
      comment:
        'Agent and server never import each other; what both need belongs in shared, the rest goes over MQTT or HTTP.',
      from: { path: '^(agent|server)/' },
      to: { path: '^(?:agent|server)/|^(?:node_modules/)?@eyenet/(?:agent|server)', pathNot: '^$1/' },
    },
    {
      name: 'shared-imports-neither',
      severity: 'error',
      comment: 'Shared imports neither agent nor server; move the shared part of that code to shared.',
      from: { path: '^shared/' },
      to: { path: '^(?:agent|server)/|^(?:node_modules/)?@eyenet/' },
    },
    {
      name: 'shared-through-its-name',
      severity: 'error',
      comment: "Shared is imported by its name, as in '@eyenet/shared/wire', not by a path.",
      from: { path: '^(agent|server)/' },
      to: { path: '^shared/', dependencyTypes: ['local'] },
    },
    {
      name: 'shared-without-node',
      severity: 'error',
      comment:
        'Shared runs in the browser too, so it imports nothing of Node; take what you need as an argument and touch the world in agent or server.',
      from: { path: '^shared/src/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'page-imports-only-shared',
      severity: 'error',
      comment:
        'The page imports only shared and its own files; what it shares with the server is a shape in shared/src/api.',
      from: { path: '^server/web/src/', pathNot: TESTS },
      to: { path: '^(?:server|agent|install|bench)/', pathNot: '^server/web/' },
    },
    {
      name: 'page-without-node',
      severity: 'error',
      comment: 'The page runs in a browser; Node is not there.',
      from: { path: '^server/web/src/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'server-not-page',
      severity: 'error',
      comment: 'The server serves the built page from dist-web and imports none of its code.',
      from: { path: '^server/src/' },
      to: { path: '^server/web/' },
    },
    {
      name: 'no-circle',
      severity: 'error',
      comment:
        'Files import each other in a circle; move what they share to a file of its own that imports none of them.',
      from: { pathNot: TESTS },
      to: { circular: true },
    },
    {
      name: 'no-test-in-product',
      severity: 'error',
      comment: 'Product code imports a test or a testkit; move what it needs to a file of the product.',
      from: { pathNot: [TESTS, '^(?:server/e2e|bench)/'] },
      to: { path: TESTS },
    },
    ...floorRules,
  ],
  options: {
    doNotFollow: { path: ['node_modules', `${SHARED}.*/dist/`] },
    exclude: { path: '(^|/)(dist|dist-web)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['eyenet-source', 'import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
}
