// Results of cases as a JUnit report: the form that every CI reads (testsuites > testsuite > testcase > failure).

export interface JunitCase {
  readonly suite: string;
  readonly name: string;
  /** Why it failed; null: it passed. */
  readonly failure: string | null;
}

export function toJunit(cases: readonly JunitCase[]): string {
  const suites = [...Map.groupBy(cases, ({ suite }) => suite)].map(([suite, own]) => {
    const lines = own.map(({ name, failure }) => {
      const start = `    <testcase classname="${escape(suite)}" name="${escape(name)}"`;
      return failure === null
        ? `${start}/>`
        : `${start}>\n      <failure message="${escape(failure.split('\n')[0] ?? '')}">${escape(failure)}</failure>\n    </testcase>`;
    });
    return `  <testsuite name="${escape(suite)}" tests="${own.length}" failures="${failuresOf(own)}">\n${lines.join('\n')}\n  </testsuite>`;
  });
  const head = `<testsuites tests="${cases.length}" failures="${failuresOf(cases)}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${[head, ...suites, '</testsuites>'].join('\n')}\n`;
}

function failuresOf(cases: readonly JunitCase[]): number {
  return cases.filter(({ failure }) => failure !== null).length;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML 1.0 has no place for, even escaped, becomes U+FFFD. */
function escape(text: string): string {
  return (
    text
      .toWellFormed()
      .replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign)
      // oxlint-disable-next-line no-control-regex -- those are what is looked for
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
  );
}
