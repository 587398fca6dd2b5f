import { p } from '@mikro-orm/core';
import { v7 } from 'uuid';
import { FlagType } from './flag-type.ts';

// Functions, because a builder belongs to one property.

/** UUID v7: those made later sort later. */
export const id = () =>
  p
    .uuid()
    .primary()
    .onCreate(() => v7());
export const userId = () => p.string().length(255);
export const flag = () => p.type(FlagType);
export const instant = () => p.datetime(3);
export const createdAt = () => instant().onCreate(() => new Date());

/** As ids are written. PostgreSQL would take them in capitals and in braces too, and SQLite not. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a row can have this id. What cannot is NOT_FOUND without asking the database. */
export const isId = (value: string): boolean => UUID.test(value);
