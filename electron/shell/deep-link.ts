import * as v from 'valibot';

/** What a `quorate://` link may ask: to deploy a recipe. It is shown and asked about before anything runs. */
const deployLink = v.strictObject({
  recipe: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/)),
  name: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/))),
  nodes: v.optional(v.pipe(v.string(), v.regex(/^[1-9]$/))),
});

/**
 * Turns `quorate://deploy/RECIPE?nodes=5&name=N` into the page's route that asks first, `#/link?recipe=…`. Anything else is null:
 * links come from anywhere, so only what is known passes.
 */
export function routeOfLink(link: string): string | null {
  if (link.length > 512 || !URL.canParse(link)) return null;
  const url = new URL(link);
  if (url.protocol !== 'quorate:' || url.host !== 'deploy') return null;
  const asked = v.safeParse(deployLink, { recipe: url.pathname.slice(1), ...Object.fromEntries(url.searchParams) });
  return asked.success ? `#/link?${new URLSearchParams(asked.output as Record<string, string>).toString()}` : null;
}

/** The first link among the arguments of a process: how Linux and Windows hand one over. */
export function linkOfArguments(words: readonly string[]): string | undefined {
  return words.find((word) => word.startsWith('quorate://'));
}
