const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 17)) {
  console.error(
    `Carryover needs Node 22.17 or later and this is ${process.versions.node}. Start it with: npm run chat`,
  );
  process.exit(1);
}

// Later than the check: what these load fails in strange ways on an older Node.
const { run } = await import('./run.ts');
// Sockets and timers of a server that was left in a hurry do not keep the program.
process.exit(await run(process));
