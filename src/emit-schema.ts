import { mkdirSync, writeFileSync } from 'node:fs';
import { createSchema, printed } from './schema.ts';

mkdirSync('schema', { recursive: true });
writeFileSync('schema/schema.graphql', printed(createSchema()));
