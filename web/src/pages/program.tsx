import '../programs/programs.css';
import { OneProgram } from '../programs/program';
import { route } from '../router';

/** One program: its text, its revisions, what differs, where it was sent. */
export default function ProgramPage() {
  const at = route.value;
  return at.page === 'program' ? (
    <OneProgram organization={at.organization} id={at.program} />
  ) : null;
}
