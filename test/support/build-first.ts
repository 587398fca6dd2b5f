import { builtProgram } from './built-program.ts';

/** So that no test is late because it was the first to need it. */
export function setup(): void {
  builtProgram();
}
