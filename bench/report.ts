import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { median } from './statistics.ts';

export interface Row {
  what: string;
  /** The median of its rounds. */
  ours: number;
  unit: string;
  /** What it is measured against, in the same rounds; null for a figure that stands alone. */
  yardstick: number | null;
  /** The median of the rounds' ratios: what slows a machine down for a while slows both. */
  ratio: number | null;
  /** The ratio that we aim at; null where there is none. */
  atMost: number | null;
}

/** @param ours of each round, and `yardstick` of the same rounds */
export function compared(
  what: string,
  {
    ours,
    yardstick,
    unit,
    atMost = null,
  }: { ours: number[]; yardstick: number[]; unit: string; atMost?: number | null },
): Row {
  const ratio = median(ours.map((figure, round) => figure / (yardstick[round] ?? Number.NaN)));
  return { what, ours: median(ours), unit, yardstick: median(yardstick), ratio, atMost };
}

export const alone = (what: string, ours: number[], unit: string): Row => ({
  what,
  ours: median(ours),
  unit,
  yardstick: null,
  ratio: null,
  atMost: null,
});

export interface Part {
  title: string;
  rows: Row[];
  /** What a reader of the figures has to know. */
  remarks: string[];
}

const resultsFolder = new URL('./results/', import.meta.url);

/** @param quick says nothing of aims: so few rounds prove nothing */
export function printPart({ title, rows, remarks }: Part, quick: boolean): void {
  const cells = rows.map(({ what, ours, unit, yardstick, ratio, atMost }) => {
    const verdict = quick || ratio === null || atMost === null ? '' : ratio <= atMost ? 'met' : 'missed';
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

export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd : cell.padStart).call(cell, widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  console.log(line(head));
  console.log(`|${widths.map((width, column) => `${'-'.repeat(width + 1)}${column === 0 ? '-' : ':'}`).join('|')}|`);
  for (const row of body) console.log(line(row));
}

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));
