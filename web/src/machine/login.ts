// The user and the password among a machine's settings, which are JSON: the form asks for them by
// themselves. A password goes in and never comes out.

/** What the server says instead of a password, and takes for the one that it has. */
export const kKept = '(kept)';

export interface Login {
  user: string;
  /** `kKept`: the one that the server has. */
  password: string;
}

function members_of(settings: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(settings);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

const text_of = (value: unknown) => (typeof value === 'string' ? value : '');

/** What is no JSON object is left as it is: the server says what is wrong with it. */
export function taken_apart(settings: string): Login & { settings: string } {
  const members = members_of(settings);
  if (!members || !('user' in members || 'password' in members))
    return { user: '', password: '', settings };
  const { user, password, ...rest } = members;
  return {
    user: text_of(user),
    password: text_of(password),
    settings: Object.keys(rest).length > 0 ? JSON.stringify(rest, null, 2) : '',
  };
}

export function put_together({ user, password }: Login, settings: string): string {
  if (user === '' && password === '') return settings;
  const rest = settings.trim() === '' ? {} : members_of(settings);
  if (!rest) return settings;
  return JSON.stringify({ ...(user && { user }), ...(password && { password }), ...rest });
}
