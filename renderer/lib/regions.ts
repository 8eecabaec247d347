/** F6 and Shift+F6: moves the focus to the next or previous region (`data-region`) that is on the screen, in reading order. */
export function nextRegion(document: Document, backwards: boolean): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => region.offsetParent !== null || region.getClientRects().length > 0,
  );
  const here = regions.findLastIndex((region) => region.contains(document.activeElement));
  const step = backwards ? -1 : 1;
  const at = here < 0 ? (backwards ? regions.length - 1 : 0) : (here + step + regions.length) % regions.length;
  const region = regions[at];
  if (region === undefined) return;
  if (!region.hasAttribute('tabindex')) region.tabIndex = -1;
  region.focus();
}

/** Whether keys typed here belong to a program in a terminal. */
export function inTerminal(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.xterm') !== null;
}
