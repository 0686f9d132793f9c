// Whose certificate a server showed first, and that it is still the same one.
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refused } from './refused';

export const fingerprint_of = (certificate: Uint8Array) =>
  createHash('sha256').update(certificate).digest('hex');

/** A fingerprint as people write it: without colons and blanks, in small letters. */
export const plain_fingerprint = (text: string) => text.replace(/[^0-9a-fA-F]/g, '').toLowerCase();

/** The same file for everybody who makes it at once: who comes second takes the first one's. */
export function keep_first(path: string, bytes: Uint8Array): Buffer {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, bytes, { mode: 0o600 });
  try {
    linkSync(mine, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(mine);
  }
  return readFileSync(path);
}

/** What a person recognizes it by. */
export function describe(certificate: Uint8Array): string {
  try {
    const read = new X509Certificate(certificate);
    return `${read.subject.replace(/\n/g, ', ')}, valid to ${read.validTo}`;
  } catch {
    return 'it cannot be read';
  }
}

/**
 * Throws Refused if the server shows another certificate than it did. `wanted` is what the settings
 * say, and is then what holds from now on. True: it was seen for the first time.
 */
export function check_pin(
  directory: string,
  endpoint: string,
  certificate: Uint8Array,
  wanted: string,
): boolean {
  const pins = join(directory, 'pins');
  mkdirSync(pins, { recursive: true, mode: 0o700 });
  // By host and port: a server has one certificate, whatever the path.
  const path = join(pins, new URL(endpoint.replace('opc.tcp:', 'http:')).host.replace(/\W/g, '_'));
  const now = fingerprint_of(certificate);
  if (wanted) {
    if (plain_fingerprint(wanted) !== now) {
      throw new Refused(
        `the server's certificate is not the one of the setting fingerprint: it has ${now} ` +
          `(${describe(certificate)})`,
      );
    }
    writeFileSync(path, now, { mode: 0o600 });
    return false;
  }
  const first = !existsSync(path);
  const kept = first ? keep_first(path, Buffer.from(now)) : readFileSync(path);
  if (kept.toString() === now) return first;
  throw new Refused(
    `the server's certificate has changed: it was ${kept.toString()} and is ${now} ` +
      `(${describe(certificate)}). If you know why, set fingerprint to the new one; ` +
      'if not, somebody else may answer in its place',
  );
}
