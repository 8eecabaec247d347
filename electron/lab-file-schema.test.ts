import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { labFileSchema, labFileSchemaPath } from './lab-file-schema.ts';
import { packageRoot } from './package-root.ts';
import { recipes } from './recipes/index.ts';

it('is published as it is; `vitest -u` writes it anew', async () => {
  const path = join(packageRoot, labFileSchemaPath);
  const schema = labFileSchema([...recipes.values()].map((recipe) => recipe.info));
  const text = await format(JSON.stringify(schema), { ...(await resolveConfig(path)), filepath: path });
  await expect(text).toMatchFileSnapshot(path);
});
