import { ormOptions } from './src/db/orm.ts';
import { entities } from './src/entities.ts';

export default ormOptions(process.env.DATABASE_URL ?? 'sqlite:data/carryover.db', entities);
