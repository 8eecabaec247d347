import { readFileSync } from 'node:fs';

/** Lines of one failure's text that are told again at the end; the whole stands where it happened. */
const lines = 30;

/**
 * What a suite's JSON report says: counts, and each failure with its text, so that the end of a long run tells what failed without a
 * search. Reads vitest 4's and Playwright 1.65's forms. A report that is missing or cut short counts as one failure.
 * @param {string} file
 * @returns {{ passed: number; failed: number; skipped: number; failures: { name: string; text: string }[] }}
 */
export function readReport(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, failures: [{ name: 'no report', text: String(error) }] };
  }
  return report.stats ? ofPlaywright(report) : ofVitest(report);
}

function ofVitest(report) {
  // A file that does not even load has no tests of its own.
  const broken = report.testResults.filter(
    (result) => result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'),
  );
  const failures = report.testResults.flatMap((result) =>
    result.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => ({ name: `${result.name} › ${test.fullName}`, text: cut(test.failureMessages.join('\n')) })),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: [...failures, ...broken.map((result) => ({ name: result.name, text: cut(result.message ?? '') }))],
  };
}

function ofPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats;
  const specs = report.suites.flatMap(specsOf).filter((spec) => !spec.ok);
  const failures = specs.map((spec) => ({
    name: `${spec.file}:${spec.line} › ${spec.title}`,
    text: cut(
      spec.tests
        .flatMap((test) => test.results)
        .flatMap((result) => result.errors)
        .map((error) => error.message)
        .join('\n'),
    ),
  }));
  // What fails outside any test, e.g. the build before them.
  const outside = report.errors.map((error) => ({ name: 'outside the tests', text: cut(error.message ?? '') }));
  return {
    passed: expected,
    failed: unexpected + flaky + outside.length,
    skipped,
    failures: [...failures, ...outside],
  };
}

const specsOf = (suite) => [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];
const cut = (text) => text.split('\n').slice(0, lines).join('\n');
