// A machine's tools: which wants to be changed, what each did, what the control tells of it.
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { kApi, query, request } from '../api';
import { now } from '../clock';
import { duration, moment_of, percent, whole } from '../format';
import type { PartProps } from '../machine/parts';
import { to_rfc3339 } from '../time';
import { Icon } from '../ui/icon';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useAgain, useLoad } from '../use';
import { LifeForm } from './life';
import './tools.css';
import type { Tool, Tools } from './types';
import { cutter_words, kWearWords, lived_words, place_words, state_words, wear_of } from './words';

const kPeriods = [
  [1, '24 h'],
  [7, '7 d'],
  [30, '30 d'],
] as const;
const kDay = 86_400_000;
/** How often what ends now is asked for anew. */
const kRefresh = 60_000;

export default function ToolsSection({ base, held }: Pick<PartProps, 'base' | 'held'>) {
  const days = useSignal(7);
  const minute = Math.floor(now.value / kRefresh);
  const range = useMemo(() => {
    const to = (minute + 1) * kRefresh;
    return query({ from: to_rfc3339(to - days.value * kDay), to: to_rfc3339(to) });
  }, [minute, days.value]);
  const tools = useLoad<Tools>(`${base}/tools?${range}`);
  const edited = useSignal<Tool | null>(null);
  useAgain([held.card.state], tools.reload);
  const items = tools.data?.items ?? [];
  return (
    <section class="section tools" aria-labelledby="tools-title">
      <div class="section-head">
        <h2 id="tools-title">Tools</h2>
        <div class="segments" role="group" aria-label="What they did in the last">
          {kPeriods.map(([count, word]) => (
            <button
              type="button"
              key={count}
              aria-pressed={days.value === count}
              onClick={() => (days.value = count)}
            >
              {word}
            </button>
          ))}
        </div>
        {items.length > 0 && (
          <a class="button" href={`${kApi}${base}/tools?${range}&format=csv`} download>
            <Icon of="download" />
            CSV
          </a>
        )}
      </div>
      {tools.problem && <ProblemNote problem={tools.problem} retry={tools.reload} />}
      {!tools.data && !tools.problem && <Skeleton lines={3} />}
      {tools.data && items.length === 0 && <Nothing says={tools.data.says_tools} />}
      {items.length > 0 && (
        <ToolTable
          tools={items}
          edit={(tool) => (edited.value = tool)}
          changed={(tool) => void change(base, tool, tools.reload)}
        />
      )}
      {tools.data && tools.data.unknown > 0 && items.length > 0 && (
        <p class="hint num">{duration(tools.data.unknown * 1000)} in cycle with no tool known.</p>
      )}
      {tools.data && tools.data.unread.length > 0 && <Unread assets={tools.data.unread} />}
      {edited.value && (
        <LifeForm
          base={base}
          tool={edited.value}
          saved={tools.reload}
          close={() => (edited.value = null)}
        />
      )}
    </section>
  );
}

/** The cutter was changed just now: its life begins anew, and can be given back. */
async function change(base: string, tool: Tool, done: () => void) {
  if (!tool.life) return;
  const { minutes, uses, item, limit, changed } = tool.life;
  const put = (at: string) =>
    request('PUT', `${base}/tools/life`, {
      body: { tool: tool.tool, minutes, uses, item, limit, changed: at },
    }).then(done);
  try {
    await put(to_rfc3339(now.peek()));
    say(`The life of tool ${tool.tool} begins anew.`, {
      word: 'Undo',
      run: () => void put(changed),
    });
  } catch {
    say(`The life of tool ${tool.tool} could not be begun anew. Try once more.`);
  }
}

function Nothing({ says }: { says: boolean }) {
  return (
    <p class="nothing">
      {says
        ? 'No tool was in use in this time.'
        : 'This machine does not tell which tool it has. Where its control can, give it an item of ' +
          'the type TOOL_NUMBER, or a custom item named “tool”.'}
    </p>
  );
}

function ToolTable({
  tools,
  edit,
  changed,
}: {
  tools: readonly Tool[];
  edit: (tool: Tool) => void;
  changed: (tool: Tool) => void;
}) {
  const assets = tools.some((tool) => tool.asset);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Tools">
      <table class="dense">
        <thead>
          <tr>
            <th>Tool</th>
            <th>Life</th>
            <th class="right">In cycle</th>
            <th class="right">Uses</th>
            <th class="right">Last used</th>
            {assets && <th>By the control</th>}
            <th>
              <span class="visually-hidden">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tools.map((tool) => (
            <tr key={`${tool.tool} ${tool.asset?.id ?? ''}`}>
              <td>
                <b class="num">{tool.tool}</b>
                {tool.asset?.description && <div class="hint">{tool.asset.description}</div>}
              </td>
              <td>
                <Wear tool={tool} />
              </td>
              <td class="right num" data-label="In cycle">
                {tool.uses > 0 ? duration(tool.in_cycle * 1000) : '–'}
              </td>
              <td class="right num" data-label="Uses">
                {whole(tool.uses)}
              </td>
              <td class="right num" data-label="Last used">
                {moment_of(tool.last_used, now.value)}
              </td>
              {assets && (
                <td class={tool.asset ? undefined : 'tool-untold'}>
                  <ByControl tool={tool} />
                </td>
              )}
              <td class="right tool-actions">
                {tool.life && tool.life.item === null && (
                  <button type="button" onClick={() => changed(tool)}>
                    Changed now
                  </button>
                )}
                <button type="button" onClick={() => edit(tool)}>
                  {tool.life ? 'Life' : 'Set life'}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Wear({ tool }: { tool: Tool }) {
  const wear = wear_of(tool);
  if (tool.used === null && wear !== 'over') return <span class="hint">{kWearWords[wear]}</span>;
  const share = Math.min(1, tool.used ?? 1);
  return (
    <div class={`wear wear-${wear}`}>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="wear-all" x={0} y={0} width={100} height={6} />
        <rect class="wear-used" x={0} y={0} width={100 * share} height={6} />
      </svg>
      <span>
        <b class="num">{tool.used === null ? kWearWords[wear] : percent(tool.used)}</b>
        {tool.used !== null && wear !== 'good' && <> · {kWearWords[wear]}</>}
      </span>
      {tool.life && (
        <div class="hint num">
          {lived_words(tool.life)}, since {moment_of(tool.life.changed, now.value)}
          {tool.life.cut && ' (counted over the last 400 days)'}
        </div>
      )}
    </div>
  );
}

function ByControl({ tool }: { tool: Tool }) {
  const asset = tool.asset;
  if (!asset) return <>–</>;
  const lives = asset.lives.map(cutter_words).filter(Boolean).join(', ');
  return (
    <>
      {[state_words(asset), place_words(asset)].filter(Boolean).join(' · ')}
      {lives && <div class="num">{lives}</div>}
      <div class="hint num">
        {asset.serial_number && `No. ${asset.serial_number}, `}
        told {moment_of(asset.told, now.value)}
        {asset.updated && `, in part anew ${moment_of(asset.updated, now.value)}`}
      </div>
    </>
  );
}

function Unread({ assets }: { assets: Tools['unread'] }) {
  return (
    <details>
      <summary class="hint">
        {assets.length} more {assets.length === 1 ? 'thing' : 'things'} that the control tells of
      </summary>
      <ul class="hint">
        {assets.map((asset) => (
          <li key={asset.id}>
            {asset.id}: {asset.why}
          </li>
        ))}
      </ul>
    </details>
  );
}
