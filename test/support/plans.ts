import type { Database } from 'better-sqlite3';
import { CompiledQuery } from 'kysely';
import { onPostgres } from '../../src/db/dialect.ts';
import { type Em, forkEm, type Orm } from '../../src/db/orm.ts';
import { type Executed, sqliteOf } from './record-statements.ts';

/** What the database would do for a statement. */
export interface Plans {
  stepsOf(statement: Executed): Promise<string[]>;
  /** The steps that read all of a table which grows with what people write, with the statement that does. */
  scansOf(statements: readonly Executed[]): Promise<string[]>;
}

export const plansOf = async (orm: Orm): Promise<Plans> =>
  onPostgres(orm.em) ? postgresPlans(forkEm(orm)) : sqlitePlans(await sqliteOf({ orm }));

const HAS_PLAN = /^\s*(select|insert|update|delete|with)\b/i;

/** Lists that are no tables: of a JSON parameter, of constants, of a subquery that has a plan of its own. */
const NO_TABLE =
  / VIRTUAL TABLE INDEX |^SCAN \d+-ROW VALUES CLAUSE$|^SCAN \d+ CONSTANT ROWS?$|^SCAN CONSTANT ROW$|^SCAN \(subquery-\d+\)$|^SCAN (covered|ready|lapsed|due)$/;

function sqlitePlans(database: Database): Plans {
  /** All of an index that holds only what is running, or ready. */
  const isPartial = (step: string) => {
    const [, index] = / USING (?:COVERING )?INDEX (\S+)$/.exec(step) ?? [];
    const found = database.prepare('select 1 from sqlite_master where name = ? and sql like ?');
    return found.all(index ?? '', '%where%').length > 0;
  };
  async function stepsOf({ sql, parameters }: Executed): Promise<string[]> {
    if (!HAS_PLAN.test(sql)) return [];
    const steps: unknown[] = database.prepare(`explain query plan ${sql}`).all(...parameters);
    return steps.flatMap((step) =>
      typeof step === 'object' && step !== null && 'detail' in step ? [String(step.detail)] : [],
    );
  }
  const isScan = (step: string) => step.startsWith('SCAN') && !NO_TABLE.test(step) && !isPartial(step);
  return { stepsOf, scansOf: (statements) => stepsWhere(isScan, statements, stepsOf) };
}

/** Smaller tables it reads whole while they are small, and is right to. */
const GROWING_SCAN = /\bSeq Scan on (chunk|chunk_term|chat_message)\b/;

function postgresPlans(em: Em): Plans {
  async function stepsOf({ sql, parameters }: Executed): Promise<string[]> {
    if (!HAS_PLAN.test(sql)) return [];
    const explain = CompiledQuery.raw(`explain ${sql}`, parameters);
    const { rows } = await em.getConnection().getClient().executeQuery<Record<string, string>>(explain);
    return rows.map((row) => String(row['QUERY PLAN']).trim());
  }
  return { stepsOf, scansOf: (statements) => stepsWhere((step) => GROWING_SCAN.test(step), statements, stepsOf) };
}

async function stepsWhere(
  isMeant: (step: string) => boolean,
  statements: readonly Executed[],
  stepsOf: Plans['stepsOf'],
): Promise<string[]> {
  const found: string[] = [];
  for (const statement of statements) {
    for (const step of (await stepsOf(statement)).filter(isMeant)) {
      found.push(`${step}: ${statement.sql.replace(/\s+/g, ' ')}`);
    }
  }
  return found;
}
