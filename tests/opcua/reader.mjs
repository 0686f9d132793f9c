// The program under test, as the box starts it, and what it has said so far.
import { spawn } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { fileURLToPath } from 'node:url';

const kProgram = fileURLToPath(new URL('../../sidecar/opcua/dist/opcua.cjs', import.meta.url));
const kPatience = 60_000;

export class Reader {
  constructor(settings) {
    this.lines = [];
    this.waiting = [];
    this.process = spawn('node', [kProgram], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {},
    });
    this.ended = new Promise((resolve) => this.process.on('exit', resolve));
    let text = '';
    this.process.stdout.setEncoding('utf8').on('data', (piece) => {
      text += piece;
      const whole = text.split('\n');
      text = whole.pop();
      this.lines.push(...whole.map((line) => JSON.parse(line)));
      for (const look of [...this.waiting]) look();
    });
    const all = {
      security: 'sign_and_encrypt',
      user: 'heed',
      password: 'secret',
      machine: '',
      fingerprint: '',
      interval: 100,
      nodes: [],
      ...settings,
    };
    this.process.stdin.write(JSON.stringify(all) + '\n');
  }

  of(word) {
    return this.lines.filter((line) => line[0] === word);
  }

  /** Values of the variable with this path (or of a custom node's number), in their order. */
  values(path) {
    const named = this.of('node').findLast((line) => line[2] === path);
    const number = typeof path === 'number' ? path : named?.[1];
    return this.of('value').filter((line) => line[1] === number);
  }

  until(holds, what) {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!holds(this)) return;
        clearTimeout(late);
        this.waiting = this.waiting.filter((each) => each !== look);
        resolve();
      };
      const late = setTimeout(() => {
        const said = this.lines.slice(-15).map((line) => JSON.stringify(line).slice(0, 300));
        reject(new Error(`${what ?? holds} never held; last said:\n${said.join('\n')}`));
      }, kPatience);
      this.waiting.push(look);
      look();
    });
  }

  async up() {
    await this.until((reader) => reader.of('value').length > 0, 'connected, with values');
  }

  async end() {
    this.process.stdin.end();
    await this.ended;
  }
}

/** A cable between the two that can be pulled. */
export async function make_cable(port) {
  const pairs = new Set();
  let pulled = false;
  const server = createServer((near) => {
    if (pulled) return near.destroy();
    const far = connect(port, '127.0.0.1');
    const pair = [near, far];
    pairs.add(pair);
    near.pipe(far).pipe(near);
    for (const end of pair) {
      end.on('error', () => undefined);
      end.on('close', () => pair.forEach((each) => each.destroy()) ?? pairs.delete(pair));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => pairs.forEach((pair) => pair.forEach((end) => end.destroy()));
  return {
    port: server.address().port,
    pull: () => ((pulled = true), cut()),
    plug: () => (pulled = false),
    close: () => (cut(), server.close()),
  };
}
