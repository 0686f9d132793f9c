// A machine for the browser tests: an SHDR adapter that says it is available and cuts.
import { createServer } from 'node:net';

/** On loopback; a port of its own unless it is told one. */
export function start_adapter(host = '127.0.0.1', port = 0) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    const say = (text) => socket.writable && socket.write(`${new Date().toISOString()}|${text}\n`);
    say(
      'avail|AVAILABLE|estop|ARMED|mode|AUTOMATIC|execution|ACTIVE|program|O4711|Fovr|100|Fact|32.5',
    );
    const timer = setInterval(() => say(`Fact|${(30 + Math.random() * 5).toFixed(2)}`), 300);
    socket.on('data', () => socket.write('* PONG 10000\n'));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      sockets.delete(socket);
    });
  });
  return new Promise((resolve) =>
    server.listen(port, host, () =>
      resolve({
        address: `${host}:${server.address().port}`,
        close: () => {
          for (const socket of sockets) socket.destroy();
          server.close();
        },
      }),
    ),
  );
}
