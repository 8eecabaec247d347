/** How long runs took on this machine, in milliseconds, by kind, recipe and number of nodes: kept in the page's storage. */
export class LastTime {
  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem'>) {}

  get(kind: string, recipe: string, nodes: number): number | null {
    const stored = Number(this.storage.getItem(keyOf(kind, recipe, nodes)));
    return Number.isFinite(stored) && stored > 0 ? stored : null;
  }

  keep(kind: string, recipe: string, nodes: number, ms: number): void {
    this.storage.setItem(keyOf(kind, recipe, nodes), String(Math.round(ms)));
  }
}

function keyOf(kind: string, recipe: string, nodes: number): string {
  return `quorate.took.${kind}.${recipe}.${nodes}`;
}
