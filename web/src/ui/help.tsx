import { Dialog } from './dialog';

const kKeys: readonly [string, readonly [string, string][]][] = [
  [
    'Everywhere',
    [
      ['g f', 'Floor'],
      ['g w', 'What to do'],
      ['g a', 'Add a machine'],
      ['g n', 'Programs'],
      ['g r', 'Reports'],
      ['g d', 'People’s data'],
      ['g s', 'Settings'],
      ['g p', 'Policy, for who runs the server'],
      ['?', 'This help'],
    ],
  ],
  [
    'Floor',
    [
      ['/', 'Filter machines, find an item'],
      ['Esc', 'Clear the filter, leave the board'],
    ],
  ],
  [
    'Machine',
    [
      ['g 1', 'What it does now'],
      ['g 2', 'Cycles, and so on to g 8'],
    ],
  ],
  [
    'Policy',
    [
      ['F8', 'Next finding in the text'],
      ['Shift F8', 'Finding before'],
    ],
  ],
  [
    'Timeline',
    [
      ['← →', 'Activity before, after'],
      ['Enter', 'Why is it so?'],
      ['+ −', 'Zoom in, out'],
      ['Shift ← →', 'Move along'],
      ['Home End', 'First, last activity'],
      ['0', 'Whole day or shift'],
      ['[ ]', 'Day or shift before, after'],
    ],
  ],
];

export function Help({ close }: { close: () => void }) {
  return (
    <Dialog title="Keyboard" close={close}>
      <div class="help">
        {kKeys.map(([where, keys]) => (
          <section key={where}>
            <h3>{where}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <div key={key}>
                  <dt>
                    {key.split(' ').map((k) => (
                      <kbd key={k}>{k}</kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
