// What the box gives on standard input: one line of JSON, which it has checked
// (src/wire/opcua/settings.h). Its end is our end.

export interface Settings {
  /** opc.tcp://host:port/path */
  endpoint: string;
  security: 'none' | 'sign' | 'sign_and_encrypt';
  user: string;
  password: string;
  /** Which of several machines; empty: the only one. */
  machine: string;
  /** SHA-256 of the server's certificate in hexadecimal; empty: the one that was seen first. */
  fingerprint: string;
  /** Milliseconds between two publishings. */
  interval: number;
  /** Nodes that are read as they are: nsu=URI;s=NAME. None: the machine of the companion
   *  specification. */
  nodes: string[];
  /** Where keys and pins are kept. */
  directory: string;
}

/** Calls `end` when nobody is there any more. */
export function read_settings(end: () => void): Promise<Settings> {
  return new Promise((resolve) => {
    let text = '';
    process.stdin.setEncoding('utf8');
    process.stdin.on('data', (piece: string) => {
      text += piece;
      const at = text.indexOf('\n');
      if (at >= 0) resolve(JSON.parse(text.slice(0, at)) as Settings);
    });
    process.stdin.on('end', end);
    process.stdin.on('error', end);
  });
}
