// Requests to /api/v1. Every refusal arrives as a Problem that a page can show as it is.
import { learn_server_time } from './clock';

export const kApi = '/api/v1';

export interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  mend?: string;
  clause?: string;
  sentence?: string;
  field?: string;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly body: ProblemBody,
    readonly retry_after: number | null = null,
  ) {
    super(body.detail ?? body.title ?? 'Something went wrong.');
  }
}

/** No answer at all: the server or the way to it is down. */
export class Unreachable extends Problem {
  constructor() {
    super(0, {
      title: 'Heed cannot be reached',
      detail: 'The server did not answer. Nothing was changed.',
      mend: 'Check the network and that the server runs, then try again.',
    });
  }
}

export const as_problem = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem(0, { title: 'Something went wrong', detail: String(error) });

let csrf = '';
let on_signed_out: () => void = () => {};

export function use_csrf(token: string): void {
  csrf = token;
}
export function when_signed_out(then: () => void): void {
  on_signed_out = then;
}

interface Options {
  body?: unknown;
  /** Sent as they are, in the place of a body of JSON. */
  bytes?: Blob;
  signal?: AbortSignal;
  quiet?: boolean;
}

export async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-Heed-Csrf'] = csrf;
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.bytes) headers['Content-Type'] = 'application/octet-stream';
  const sent = Date.now();
  const answer = await reach(kApi + path, {
    method,
    headers,
    credentials: 'same-origin',
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.bytes && { body: options.bytes }),
    ...(options.signal && { signal: options.signal }),
  });
  learn_server_time(answer.headers.get('Date'), sent);
  if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
  if (answer.status === 401 && !options.quiet) on_signed_out();
  throw await problem_of(answer);
}

/** What is no JSON, such as the lines of a receipt. */
export async function get_text(path: string, signal?: AbortSignal): Promise<string> {
  const answer = await reach(kApi + path, {
    credentials: 'same-origin',
    ...(signal && { signal }),
  });
  if (answer.ok) return answer.text();
  if (answer.status === 401) on_signed_out();
  throw await problem_of(answer);
}

export const get = <T>(path: string, signal?: AbortSignal) =>
  request<T>('GET', path, signal ? { signal } : {});
export const post = <T>(path: string, body: unknown = {}, quiet = false) =>
  request<T>('POST', path, { body, quiet });

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable();
  }
}

export async function problem_of(answer: Response): Promise<Problem> {
  const text = await answer.text().catch(() => '');
  const retry = Number(answer.headers.get('Retry-After'));
  let body: ProblemBody;
  try {
    body = JSON.parse(text) as ProblemBody;
  } catch {
    body = { title: `The server answered ${answer.status}`, detail: 'Nothing was changed.' };
  }
  return new Problem(answer.status, body, Number.isFinite(retry) && retry > 0 ? retry : null);
}

export const query = (values: Record<string, string | number | undefined>) =>
  Object.entries(values)
    .filter(([, v]) => v !== undefined)
    .map(([k, v]) => `${k}=${encodeURIComponent(String(v))}`)
    .join('&');
