import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

export interface Row {
  what: string;
  /** What was measured, and of which unit. */
  ours: number;
  unit: string;
  /** What it is measured against, in the same run; null for a figure that stands alone. */
  yardstick: number | null;
  /** The ratio that we aim at; null where there is none. */
  atMost: number | null;
}

export interface Part {
  title: string;
  rows: Row[];
  /** What a reader of the figures has to know. */
  remarks: string[];
}

const resultsFolder = new URL('./results/', import.meta.url);

export function printPart({ title, rows, remarks }: Part): void {
  const cells = rows.map(({ what, ours, unit, yardstick, atMost }) => {
    const ratio = yardstick === null ? null : ours / yardstick;
    const verdict = ratio === null || atMost === null ? '' : ratio <= atMost ? 'met' : 'missed';
    return [
      what,
      `${figure(ours)} ${unit}`,
      yardstick === null ? '' : `${figure(yardstick)} ${unit}`,
      ratio === null ? '' : ratio.toFixed(2),
      atMost === null ? '' : `≤ ${atMost}`,
      verdict,
    ];
  });
  console.log(`\n## ${title}\n`);
  printTable([['', 'measured', 'against', 'ratio', 'aim', ''], ...cells]);
  for (const remark of remarks) console.log(`- ${remark}`);
}

export function writeResults(parts: readonly Part[], quick: boolean): string {
  mkdirSync(resultsFolder, { recursive: true });
  const at = new Date().toISOString();
  const file = new URL(`${at.replaceAll(/[:.]/g, '-')}.json`, resultsFolder);
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.versions.node };
  writeFileSync(file, `${JSON.stringify({ at, quick, machine, parts }, null, 2)}\n`);
  return file.pathname;
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd : cell.padStart).call(cell, widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  console.log(line(head));
  console.log(`|${widths.map((width, column) => `${'-'.repeat(width + 1)}${column === 0 ? '-' : ':'}`).join('|')}|`);
  for (const row of body) console.log(line(row));
}

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));
