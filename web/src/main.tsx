import { render } from 'preact';
import { App } from './app';
import { start_clock } from './clock';
import { start_keys } from './keys';
import { start_router } from './router';
import { load_session } from './session';

start_router();
start_keys();
start_clock();
void load_session();

const place = document.getElementById('app');
if (place) {
  place.replaceChildren();
  render(<App />, place);
}
