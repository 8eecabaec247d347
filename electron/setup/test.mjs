/**
 * `npm test`: sets up, then runs every check and every test: types, lint, format, unit, engine (FakeEngine, Docker, Podman, recipes on real
 * containers), endurance (kill -9 after every step, 20 rounds, lost members), end to end in Chromium. All of them run, also after one failed;
 * the last line counts them.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail, loud, say } from './say.mjs';
import { root, setUp } from './setup.mjs';

const packages = ['chromium', 'podman', 'netavark', 'aardvark-dns', 'runc', 'catatonit', 'fonts-dejavu-core'];
const output = join(root, 'test', 'output');

/** Counts of a JSON report: vitest's and Playwright's differ. A missing report counts as one failure. */
function counts(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    if (report.stats)
      return [report.stats.expected, report.stats.unexpected + report.stats.flaky, report.stats.skipped];
    // A file that does not even load has no tests of its own.
    const broken = report.testResults.filter(
      (result) => result.status === 'failed' && result.assertionResults.length === 0,
    ).length;
    return [report.numPassedTests, report.numFailedTests + broken, report.numPendingTests + report.numTodoTests];
  } catch {
    return [0, 1, 0];
  }
}

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
const total = [0, 0, 0];
const wanted = process.argv.slice(2);
const isWanted = (suite) => wanted.length === 0 || wanted.includes(suite.name);
for (const { name, run, report } of suites.filter(isWanted)) {
  say(`\n— ${name} —`);
  const begun = Date.now();
  const code = await loud(run[0], run[1], { cwd: root });
  const result = report ? counts(join(output, report)) : code === 0 ? [1, 0, 0] : [0, 1, 0];
  if (code !== 0 && result[1] === 0) result[1] = 1;
  result.forEach((count, i) => (total[i] += count));
  say(
    `${name}: ${result[0]} passed, ${result[1]} failed, ${result[2]} skipped (${((Date.now() - begun) / 1000).toFixed(1)} s)`,
  );
}
process.stdout.write(`\n${total[0]} passed, ${total[1]} failed${total[2] > 0 ? `, ${total[2]} skipped` : ''}\n`);
process.exitCode = total[1] === 0 ? 0 : 1;
