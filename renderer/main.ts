import './lib/base.css';
import { mount } from 'svelte';
import App from './app.svelte';
import { Connection } from './lib/connection.svelte.ts';
import { dialBridge, dialSocket, takeToken } from './lib/dial.ts';
import { Router } from './lib/route.svelte.ts';
import { Shell } from './lib/shell.svelte.ts';
import { Theme } from './lib/theme.svelte.ts';

// Before the router reads the address: the token must be gone from it.
const token = takeToken(location, history, sessionStorage);
const theme = new Theme(document.documentElement, localStorage, matchMedia('(prefers-color-scheme: dark)'));
const dial = window.quorate === undefined ? dialSocket(location.origin, token) : dialBridge(window.quorate);
const shell = new Shell(new Connection(dial), new Router(window), theme);

const target = document.getElementById('app');
if (target !== null) {
  target.replaceChildren();
  mount(App, { target, props: { shell } });
}
