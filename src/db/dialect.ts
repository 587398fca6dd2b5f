import type { Platform } from '@mikro-orm/core';
import { PostgreSqlPlatform } from '@mikro-orm/postgresql';

export type Dialect = 'sqlite' | 'postgres';

/** @param databaseUrl as DATABASE_URL has it */
export const dialectOf = (databaseUrl: string): Dialect => (databaseUrl.startsWith('sqlite:') ? 'sqlite' : 'postgres');

export const isPostgres = (platform: Platform): boolean => platform instanceof PostgreSqlPlatform;

/** Whether this talks to PostgreSQL; else it is SQLite. */
export const onPostgres = (em: { getPlatform(): Platform }): boolean => isPostgres(em.getPlatform());
