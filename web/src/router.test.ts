import { describe, expect, it } from 'vitest';
import { key_of } from './keys';
import { safe_next } from './pages/sign-in';
import { is_served, route_of } from './router';

describe('a path', () => {
  it.each([
    ['/', { page: 'home' }],
    ['/sign-in', { page: 'sign-in' }],
    ['/o/a/floor', { page: 'floor', organization: 'a' }],
    ['/o/a', { page: 'floor', organization: 'a' }],
    ['/o/a/machines/new', { page: 'new-machine', organization: 'a' }],
    ['/o/a/machines/m%201', { page: 'machine', organization: 'a', machine: 'm 1' }],
    ['/o/a/settings', { page: 'settings', organization: 'a' }],
    ['/o/a/what', { page: 'unknown' }],
    ['/o/a/privacy-office', { page: 'privacy-office', organization: 'a' }],
    ['/o/a/privacy-office/x', { page: 'unknown' }],
    ['/o/a/programs', { page: 'programs', organization: 'a' }],
    ['/o/a/programs/p1', { page: 'program', organization: 'a', program: 'p1' }],
    ['/o/a/reports', { page: 'reports', organization: 'a', tab: 'hand-over' }],
    ['/o/a/reports/alarms', { page: 'reports', organization: 'a', tab: 'alarms' }],
    ['/o/a/reports/x', { page: 'unknown' }],
    ['/o/a/what-to-do', { page: 'what-to-do', organization: 'a' }],
    ['/o/a/what-to-do/x', { page: 'unknown' }],
    ['/privacy-office', { page: 'to-privacy-office' }],
    ['/policy', { page: 'policy' }],
    ['/policy/x', { page: 'unknown' }],
    ['/x', { page: 'unknown' }],
  ])('%s leads to its page', (path, route) => expect(route_of(path)).toEqual(route));
});

describe('a page that the server makes itself', () => {
  it.each([
    ['/privacy', true],
    ['/privacy/policy.md', true],
    ['/api/v1/policy', true],
    ['/policy', false],
    ['/privacyx', false],
    ['/privacy-office', false],
  ])('%s: %s', (path, served) => expect(is_served(path)).toBe(served));
});

describe('after signing in', () => {
  it.each([
    ['/o/a/floor?tv=1', '/o/a/floor?tv=1'],
    [null, '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['/sign-in', '/'],
  ])('%s leads to %s', (next, to) => expect(safe_next(next)).toBe(to));
});

describe('keys', () => {
  it('wait for the second of a pair, but not for long', () => {
    expect(key_of('/', 0)).toBe('/');
    expect(key_of('g', 100)).toBeNull();
    expect(key_of('f', 200)).toBe('g f');
    expect(key_of('g', 300)).toBeNull();
    expect(key_of('f', 5000)).toBe('f');
  });
});
