import { render } from 'preact';
import { App } from './app';
import { start_clock } from './clock';
import { start_keys } from './keys';
import { start_router, url } from './router';
import { load_session, session } from './session';

start_router();
start_keys();
start_clock();
// A one-time link brings its own session; asking for another first would only be refused.
if (!url.value.searchParams.has('link')) void load_session();
else session.value = { kind: 'out' };

const place = document.getElementById('app');
if (place) {
  place.replaceChildren();
  render(<App />, place);
}
