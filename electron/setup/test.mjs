/**
 * `npm test`: sets up, then runs every check and every test: types, lint, format, unit, engine (FakeEngine, Docker, Podman, recipes on real
 * containers), endurance (kill -9 after every step, 20 rounds, lost members), end to end in Chromium. All of them run, also after one failed;
 * at the end each failure is told again, and the last line counts them.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readReport } from './report.mjs';
import { fail, loud, say } from './say.mjs';
import { root, setUp } from './setup.mjs';

const packages = ['chromium', 'podman', 'netavark', 'aardvark-dns', 'runc', 'catatonit', 'fonts-dejavu-core'];
const output = join(root, 'test', 'output');

const bin = (name) => join(root, 'node_modules', '.bin', name);
const vitest = (project) => [
  bin('vitest'),
  [
    'run',
    '--config',
    'test/vitest.config.ts',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(output, `${project}.json`)}`,
  ],
];
const suites = [
  { name: 'types', run: [bin('tsc'), ['-b']] },
  {
    name: 'screens’ types',
    run: [bin('svelte-check'), ['--tsconfig', 'renderer/tsconfig.json', '--fail-on-warnings', '--output', 'human']],
  },
  { name: 'lint', run: [bin('eslint'), ['.', '--config', 'test/eslint.config.js', '--max-warnings', '0']] },
  { name: 'format', run: [bin('prettier'), ['--check', '.', '--log-level', 'warn']] },
  { name: 'unit', run: vitest('unit'), report: 'unit.json' },
  { name: 'engine', run: vitest('engine'), report: 'engine.json' },
  { name: 'endurance', run: vitest('endurance'), report: 'endurance.json' },
  {
    name: 'end to end',
    run: [bin('playwright'), ['test', '--config', 'test/playwright.config.ts']],
    report: 'e2e.json',
  },
];

try {
  await setUp(packages);
} catch (error) {
  fail(error);
}
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const wanted = process.argv.slice(2);
const isWanted = (suite) => wanted.length === 0 || wanted.includes(suite.name);
for (const { name, run, report } of suites.filter(isWanted)) {
  say(`\n— ${name} —`);
  const begun = Date.now();
  const code = await loud(run[0], run[1], { cwd: root });
  const result = report ? readReport(join(output, report)) : { passed: 0, failed: 0, skipped: 0, failures: [] };
  if (code !== 0 && result.failed === 0) {
    result.failed = 1;
    result.failures.push({ name: run.join(' '), text: `ended with exit code ${code}; what it said stands above` });
  } else if (!report) result.passed = 1;
  for (const part of ['passed', 'failed', 'skipped']) total[part] += result[part];
  failures.push(...result.failures.map((failure) => ({ suite: name, ...failure })));
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  say(`${name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped (${seconds} s)`);
}
for (const { suite, name, text } of failures) say(`\nFAILED in ${suite}: ${name.replace(`${root}/`, '')}\n${text}`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
