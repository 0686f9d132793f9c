import '../people/people.css';
import { useSignal } from '@preact/signals';
import { Contracts } from '../people/contracts';
import { Erasures } from '../people/erasures';
import { Holds } from '../people/holds';
import { person_id } from '../people/id';
import { Lateness } from '../people/lateness';
import { usePages } from '../pages_of';
import { Person } from '../people/person';
import { Recalls } from '../people/recalls';
import type { Recall } from '../people/types';
import { replace_query, route, url } from '../router';
import { session } from '../session';
import type { Session } from '../types';
import { Field } from '../ui/field';
import { useTitle } from '../use';

/** What is held about people and who got it, their erasure, what stops it, and whether all is in time. */
export default function PrivacyOffice() {
  useTitle('People’s data');
  const at = route.value;
  const known = session.value;
  if (known.kind !== 'in' || at.page !== 'privacy-office') return null;
  return <Office organization={at.organization} session={known.session} />;
}

function Office({ organization, session: known }: { organization: string; session: Session }) {
  // Counted up when it is to be asked again.
  const holds_changed = useSignal(0);
  const went = useSignal(0);
  const recalls = usePages<Recall>(`/organizations/${organization}/recalls`, { onward: 'after' });
  const owner = known.organizations.some((o) => o.id === organization && o.role === 'owner');
  const id = person_id(url.value.searchParams.get('person') ?? '');
  return (
    <section class="narrow">
      <h1 tabIndex={-1}>People’s data</h1>
      <section class="section" aria-labelledby="find-title">
        <div class="section-head">
          <h2 id="find-title">Find a person</h2>
        </div>
        <Find own={known.person.id} />
        {id && (
          <Person
            key={`${id} ${holds_changed.value}`}
            organization={organization}
            id={id}
            session={known}
            erased={() => {
              went.value++;
              recalls.reload();
            }}
            called_back={recalls.reload}
          />
        )}
      </section>
      <Lateness organization={organization} turn={went.value + holds_changed.value} />
      <Erasures organization={organization} turn={went.value + holds_changed.value} />
      <Recalls organization={organization} owner={owner} pages={recalls} />
      <Contracts
        organization={organization}
        owner={owner}
        recalls={recalls.items}
        changed={recalls.reload}
      />
      <Holds organization={organization} owner={owner} changed={() => holds_changed.value++} />
    </section>
  );
}

function Find({ own }: { own: string }) {
  const typed = useSignal(url.value.searchParams.get('person') ?? '');
  const wrong = useSignal('');
  const find = (id: string | null) => {
    wrong.value = id ? '' : 'An id has 26 letters and digits.';
    if (id) replace_query({ person: id });
  };
  return (
    <form
      class="find"
      onSubmit={(event) => {
        event.preventDefault();
        find(person_id(typed.value));
      }}
    >
      <Field
        label="Person’s id"
        hint="What your programs file their records under; not a name or an address."
        error={wrong.value || undefined}
      >
        {(a) => (
          <input
            {...a}
            autocomplete="off"
            spellcheck={false}
            value={typed.value}
            onInput={(event) => (typed.value = event.currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit" class="primary">
        Show what is held
      </button>
      <button
        type="button"
        onClick={() => {
          typed.value = own;
          find(own);
        }}
      >
        About me
      </button>
    </form>
  );
}
