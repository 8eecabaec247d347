import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';

/** Packages a room may not use; files of other rooms are kept out by the compiler (tsconfig references). */
const room = (files, ...patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: patterns.map(([group, message]) => ({ group, message })) }] },
});
const noNode = [['node:*', 'electron', 'dockerode', 'ws'], 'This room runs in a page, too.'];
const noBench = [['dockerode'], 'Only the benchmark has it: what ships does not.'];

export default tseslint.config(
  { ignores: ['dist/', 'release/', '**/dist/', 'test/output/', 'test/fixtures/', 'node_modules/'] },
  ...tseslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { parserOptions: { extraFileExtensions: ['.svelte'] } },
    rules: {
      'no-undef': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
    },
  },
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: tseslint.parser } } },
  room(['shared/**/*.ts'], noNode),
  { ...room(['renderer/**/*.{ts,svelte}'], noNode), ignores: ['renderer/**/*.test.ts', 'renderer/vite.config.ts'] },
  room(['electron/**/*.ts'], noBench, [['electron'], 'Only the shell imports electron.']),
  room(['electron/shell/**/*.ts'], noBench),
);
