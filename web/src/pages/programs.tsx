import '../programs/programs.css';
import { List } from '../programs/list';
import { route } from '../router';
import { useTitle } from '../use';

/** The organization's programs: found, uploaded, had back. */
export default function Programs() {
  useTitle('Programs');
  const at = route.value;
  return at.page === 'programs' ? <List organization={at.organization} /> : null;
}
