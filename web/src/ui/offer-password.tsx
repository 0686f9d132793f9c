import { settings_path } from '../router';
import { offers_password } from '../session';

/** After a one-time link: it works once, so the next sign-in needs a password. */
export function OfferPassword({ organization }: { organization: string }) {
  if (!offers_password.value) return null;
  return (
    <div class="offer" role="note">
      <span>The link that signed you in works once. Choose a password for the next time.</span>
      <a class="button" href={`${settings_path(organization)}?section=password`}>
        Choose a password
      </a>
      <button type="button" class="plain" onClick={() => (offers_password.value = false)}>
        Later
      </button>
    </div>
  );
}
