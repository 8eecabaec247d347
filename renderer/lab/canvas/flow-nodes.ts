import type { Node } from '@xyflow/svelte';
import type { Card } from './card.ts';
import type { Size } from './form.ts';
import type { Place } from './layout.ts';

/** A node of the lab as xyflow has it. */
export type CardNode = Node<{ card: Card }>;

export interface Shown {
  readonly cards: ReadonlyMap<string, Card>;
  readonly places: ReadonlyMap<string, Place>;
  readonly selected: readonly string[];
  /** Size of a node in world units. */
  readonly box: Size;
}

/**
 * One object per node, in the order of the cards; the one from `before` while neither its card, its place, its selection nor its size changed:
 * xyflow draws only what is new. What is not well lies above the rest, what is selected above all.
 */
export function flowNodes({ cards, places, selected, box }: Shown, before: readonly CardNode[]): CardNode[] {
  const old = new Map(before.map((node) => [node.id, node]));
  return [...cards.values()].map((card) => {
    const isSelected = selected.includes(card.name);
    const node: CardNode = {
      id: card.name,
      type: 'card',
      position: places.get(card.name) ?? { x: 0, y: 0 },
      data: { card },
      width: box.width,
      height: box.height,
      selected: isSelected,
      zIndex: isSelected ? 3 : card.state === 'running' ? 1 : 2,
    };
    const known = old.get(card.name);
    if (known === undefined) return node;
    if (isSame(known, node)) return known;
    // The card's component reads its data: a node that only moved keeps them.
    return known.data.card === card ? { ...node, data: known.data } : node;
  });
}

function isSame(one: CardNode, other: CardNode): boolean {
  return (
    one.data.card === other.data.card &&
    one.position.x === other.position.x &&
    one.position.y === other.position.y &&
    one.selected === other.selected &&
    one.zIndex === other.zIndex &&
    one.width === other.width
  );
}
