// A stand-in for `heed serve`: the whole /api/v1 contract over a pretend shop, and dist/ under the
// program's own Content-Security-Policy. For development and for cases that a real shop rarely has.
//   node mock/server.mjs [--port 8911]
// POST /mock/fault {refuse_ms, slow_ms, fail} makes it misbehave until the time is over or it is told
// otherwise; see `faults`.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import './moment.mjs';
import { api } from './api.mjs';
import { Organization } from './shop.mjs';

const kDist = fileURLToPath(new URL('../dist', import.meta.url));
const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const kPolicy =
  "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

export function start(port = 0) {
  const now = Date.now();
  const world = {
    organizations: new Map([
      ['acme', new Organization('acme', 'Acme Precision', 14, now)],
      ['borea', new Organization('borea', 'Borea Gears', 5, now)],
      ['empty', new Organization('empty', 'Empty Works', 0, now)],
      ['large', new Organization('large', 'Large Plant', 120, now)],
      ['plant', new Organization('plant', 'Whole Plant', 500, now)],
    ]),
    sessions: new Set(),
    password: 'correct horse battery',
    faults: { refuse_until: 0, slow_ms: 0, fail: null },
  };
  const server = createServer((request, response) => {
    handle(world, request, response).catch((error) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const timer = setInterval(() => {
    for (const o of world.organizations.values()) o.tick(Date.now());
  }, 250);
  server.on('close', () => clearInterval(timer));
  return new Promise((resolve) =>
    server.listen(port, '127.0.0.1', () =>
      resolve({ server, world, url: `http://127.0.0.1:${server.address().port}` }),
    ),
  );
}

async function handle(world, request, response) {
  // Node's own would tell the machine's time where HEED_AT tells another.
  response.setHeader('Date', new Date().toUTCString());
  const url = new URL(request.url, 'http://mock');
  if (url.pathname === '/mock/fault') return fault(world, request, response);
  if (Date.now() < world.faults.refuse_until) return void request.socket.destroy();
  if (url.pathname.startsWith('/api/v1/')) {
    await dawdle(world);
    return api(world, request, response, url);
  }
  return page(url.pathname, response);
}

async function dawdle(world) {
  const begun = Date.now();
  while (Date.now() < begun + world.faults.slow_ms) await new Promise((r) => setTimeout(r, 20));
}

async function fault(world, request, response) {
  let text = '';
  for await (const piece of request) text += piece;
  const { refuse_ms = 0, slow_ms = 0, fail = null } = JSON.parse(text || '{}');
  world.faults = { refuse_until: Date.now() + refuse_ms, slow_ms, fail };
  if (refuse_ms)
    for (const o of world.organizations.values()) for (const l of o.listeners) l.close();
  response.writeHead(204).end();
}

async function page(path, response) {
  const asset = path.startsWith('/assets/') ? normalize(path) : '/index.html';
  try {
    const body = await readFile(join(kDist, asset));
    response
      .writeHead(200, {
        'Content-Type': kTypes[extname(asset)] ?? 'application/octet-stream',
        'Content-Security-Policy': kPolicy,
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        'Cache-Control':
          asset === '/index.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
      })
      .end(body);
  } catch {
    response.writeHead(404).end('Not here. Run: npm run build');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--port');
  const { url } = await start(at > 0 ? Number(process.argv[at + 1]) : 8911);
  console.log(`${url}/sign-in?link=mock   (or ada@example.com, “correct horse battery”)`);
}
