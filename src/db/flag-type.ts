import { type Platform, Type } from '@mikro-orm/core';
import { isPostgres } from './dialect.ts';

/** A boolean whose parameters the query builder converts too: SQLite's driver binds numbers only. */
export class FlagType extends Type<boolean, boolean | number> {
  override convertToDatabaseValue(value: boolean, platform: Platform): boolean | number {
    return isPostgres(platform) ? value : Number(value);
  }

  override convertToJSValue(value: boolean | number): boolean {
    return Boolean(value);
  }

  override compareAsType(): string {
    return 'boolean';
  }

  override getColumnType(_prop: unknown, platform: Platform): string {
    return platform.getBooleanTypeDeclarationSQL();
  }
}
