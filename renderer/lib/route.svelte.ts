import type { LabRequest } from '../../shared/request.ts';

/** Where the page is. A run has an address of its own only where its lab is gone or not yet there. */
export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'lab'; readonly lab: string }
  | { readonly page: 'run'; readonly runId: string }
  /** A `quorate://` link asks for a deploy: shown, and run only when the user agrees. */
  | { readonly page: 'link'; readonly asked: Partial<LabRequest> & { readonly recipe: string } };

/** Reads a location's hash; anything unknown is Home. */
export function readRoute(hash: string): Route {
  if (hash.startsWith('#/link?')) return readLink(new URLSearchParams(hash.slice('#/link?'.length)));
  const [, page, rest] = /^#\/(lab|run)\/([^/]+)$/.exec(hash) ?? [];
  if (page === undefined || rest === undefined) return { page: 'home' };
  const value = decoded(rest);
  if (value === null) return { page: 'home' };
  return page === 'lab' ? { page, lab: value } : { page: 'run', runId: value };
}

function readLink(asked: URLSearchParams): Route {
  const recipe = asked.get('recipe');
  if (recipe === null) return { page: 'home' };
  const name = asked.get('name');
  const nodes = Number(asked.get('nodes'));
  return {
    page: 'link',
    asked: { recipe, ...(name === null ? {} : { name }), ...(Number.isInteger(nodes) && nodes > 0 ? { nodes } : {}) },
  };
}

/** The inverse of {@link readRoute}, for the pages that have an address to go back to. */
export function routeHash(route: Exclude<Route, { page: 'link' }>): string {
  if (route.page === 'home') return '#/';
  return `#/${route.page}/${encodeURIComponent(route.page === 'lab' ? route.lab : route.runId)}`;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** The present route, followed through back and forward. */
export class Router {
  #route = $state.raw<Route>({ page: 'home' });

  constructor(private readonly window: Window) {
    this.#route = readRoute(window.location.hash);
    window.addEventListener('hashchange', () => (this.#route = readRoute(window.location.hash)));
  }

  get route(): Route {
    return this.#route;
  }

  go(route: Exclude<Route, { page: 'link' }>): void {
    this.window.location.hash = routeHash(route);
  }

  /** Goes there without a step for «back»: for what was only passed through. */
  replace(route: Exclude<Route, { page: 'link' }>): void {
    this.window.history.replaceState(null, '', routeHash(route));
    this.#route = route;
  }
}
