import { download } from '../csv';
import { Icon } from './icon';

/** Saves what the view shows. `text` is made when asked for. */
export function SaveCsv({ name, text }: { name: string; text: () => string }) {
  return (
    <button type="button" class="button" onClick={() => download(`${name}.csv`, text())}>
      <Icon of="download" />
      CSV
    </button>
  );
}
