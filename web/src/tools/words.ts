// What stands beside a tool, in a person's words.
import { duration, whole } from '../format';
import type { CutterLife, Tool, ToolAsset, ToolLife } from './types';

/** From here on a tool wants to be changed soon. */
export const kSoon = 0.9;

export type Wear = 'over' | 'soon' | 'good' | 'unknown';

export function wear_of(tool: Pick<Tool, 'used' | 'asset'>): Wear {
  if (tool.used !== null && tool.used >= 1) return 'over';
  if (tool.asset?.states.some((state) => state === 'EXPIRED' || state === 'BROKEN')) return 'over';
  if (tool.used === null) return 'unknown';
  return tool.used >= kSoon || (tool.asset?.lives.some(is_warned) ?? false) ? 'soon' : 'good';
}

/** Past the limit at which the control itself warns. */
function is_warned(life: CutterLife): boolean {
  if (life.value === null || life.warning === null || life.warning <= 0) return false;
  return life.counts_down ? life.value <= life.warning : life.value >= life.warning;
}

export const kWearWords: Record<Wear, string> = {
  over: 'Change it',
  soon: 'Change it soon',
  good: 'Good',
  unknown: 'No life set',
};

/** "38 min 20 s of 60 min, 12 of 40 uses", or nothing. */
export function lived_words(life: ToolLife): string {
  if (life.item !== null) {
    const said = life.counted === null ? 'nothing told' : whole(life.counted);
    return `${said} of ${whole(life.limit ?? 0)} by ${life.item}`;
  }
  const parts = [];
  if (life.minutes !== null)
    parts.push(`${duration(life.in_cycle_since * 1000)} of ${duration(life.minutes * 60_000)}`);
  if (life.uses !== null) parts.push(`${whole(life.uses_since)} of ${whole(life.uses)} uses`);
  return parts.join(', ');
}

const kUnits: Record<string, string> = { MINUTES: 'min', PART_COUNT: 'parts', WEAR: 'mm' };

/** "160 min", "9 of 10 parts"; lives of which a control says nothing but zeros are left out. */
export function cutter_words(life: CutterLife): string {
  if (life.value === null) return '';
  const end = life.counts_down ? life.initial : life.limit;
  if (life.value === 0 && !end) return '';
  const unit = kUnits[life.type] ?? life.type.toLowerCase().replaceAll('_', ' ');
  const left = life.counts_down ? ' left' : '';
  return end
    ? `${whole(life.value)} of ${whole(end)} ${unit}${left}`
    : `${whole(life.value)} ${unit}${left}`;
}

/** "Pot 8", or nothing. */
export function place_words(asset: ToolAsset): string {
  const type = asset.location_type ?? '';
  const word = type.charAt(0) + type.slice(1).toLowerCase().replaceAll('_', ' ');
  return [word, asset.location].filter(Boolean).join(' ');
}

/** "available", "expired": as the control says it, quieter. */
export const state_words = (asset: ToolAsset) =>
  asset.states.map((state) => state.toLowerCase().replaceAll('_', ' ')).join(', ');
