import type { Engine } from '../engines/engine.ts';
import type { Subnets } from '../recipes/recipe.ts';
import { chooseSubnets, hostSubnets, overlaps } from '../subnets.ts';

/** The subnets of labs that are being made: the engine does not know them until they are. */
export class SubnetChoice {
  readonly #chosen = new Map<string, Subnets>();

  constructor(private readonly engine: Pick<Engine, 'subnets'>) {}

  /** What was chosen for a lab, as CIDRs; empty when nothing was. */
  of(lab: string): readonly string[] {
    const subnets = this.#chosen.get(lab);
    return Object.values(subnets ?? {}).map((prefix) => `${prefix}.0/24`);
  }

  /** One for each role that neither this machine, nor the engine, nor another lab uses, and none of `avoid` (CIDRs). */
  async choose(lab: string, roles: readonly string[], avoid: readonly string[]): Promise<Subnets> {
    const others = [...this.#chosen.keys()].filter((other) => other !== lab).flatMap((other) => this.of(other));
    const subnets = await this.free(roles, [...others, ...avoid]);
    this.#chosen.set(lab, subnets);
    return subnets;
  }

  /** One for each role that neither this machine nor the engine uses, and none of `avoid` (CIDRs); kept for nobody. */
  async free(roles: readonly string[], avoid: readonly string[]): Promise<Subnets> {
    const [host, engine] = await Promise.all([hostSubnets(), this.engine.subnets()]);
    return chooseSubnets([...host, ...engine.map(({ subnet }) => subnet), ...avoid], roles);
  }

  /** Waits, a second at most, until the engine lists a network that took one of these CIDRs: it refuses before it lists. */
  async seeTaker(taken: readonly string[]): Promise<void> {
    for (const until = Date.now() + 1000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const subnets = (await this.engine.subnets()).map(({ subnet }) => subnet);
      if (taken.some((cidr) => overlaps(cidr, subnets))) return;
    }
  }

  /** The lab is made, or not to be: from here on the engine tells. */
  forget(lab: string): void {
    this.#chosen.delete(lab);
  }
}
