import { describe, expect, it } from 'vitest';
import { key_of } from './keys';
import { safe_next } from './pages/sign-in';
import { is_served, machine_path, part_meant, route_of } from './router';

describe('a path', () => {
  it.each([
    ['/', { page: 'home' }],
    ['/sign-in', { page: 'sign-in' }],
    ['/o/a/floor', { page: 'floor', organization: 'a' }],
    ['/o/a', { page: 'floor', organization: 'a' }],
    ['/o/a/machines/new', { page: 'new-machine', organization: 'a' }],
    ['/o/a/machines/m%201', { page: 'machine', organization: 'a', machine: 'm 1', part: 'now' }],
    ['/o/a/machines/m/oee', { page: 'machine', organization: 'a', machine: 'm', part: 'oee' }],
    ['/o/a/machines/m/what', { page: 'unknown' }],
    ['/o/a/machines/m/oee/x', { page: 'unknown' }],
    ['/o/a/machines/new/oee', { page: 'unknown' }],
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

describe('a machine’s page', () => {
  it('has its first part at its own address, and each other below it', () => {
    expect(machine_path('a', 'm 1')).toBe('/o/a/machines/m%201');
    expect(machine_path('a', 'm 1', 'alarms')).toBe('/o/a/machines/m%201/alarms');
  });
  it.each([
    ['?oee=week&oee_on=2026-01-02T00:00:00.000Z#oee-title', 'oee'],
    ['?oee=day', 'oee'],
    ['#alarms-title', 'alarms'],
    ['?days=30', 'alarms'],
    ['#cycles-title', 'cycles'],
    ['#programs-title', 'programs'],
    ['?at=2026-01-02T00:00:00.000Z&oee=day', null],
    ['?by=year', null],
    ['', null],
  ])('is found by an address from before it had parts: %s', (tail, part) =>
    expect(part_meant(new URL(`http://h/o/a/machines/m${tail}`))).toBe(part),
  );
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
