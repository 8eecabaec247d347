import { LabError } from '../../shared/errors.ts';
import type { Recipe } from '../recipes/recipe.ts';

/** @throws LabError 'input/unknown' */
export function recipeOf(recipes: ReadonlyMap<string, Recipe>, kind: string): Recipe {
  const recipe = recipes.get(kind);
  if (recipe === undefined) throw new LabError('input/unknown', `There is no recipe «${kind}».`, { field: 'recipe' });
  return recipe;
}
