import { copyFileSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a package to publish of the folder that the client was compiled to. It is not the project's own, which is private: the
 * server is deployed, and who builds a page should not have to install what it runs on.
 */
const root = path.join(import.meta.dirname, '../..');
const target = path.resolve(root, process.argv[2] ?? 'dist/npm');

const [own, published] = ['package.json', 'client/npm/package.json'].map((file) =>
  JSON.parse(readFileSync(path.join(root, file), 'utf8')),
);
const manifest = { name: published.name, version: own.version, ...published };
writeFileSync(path.join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync(path.join(root, 'LICENSE'), path.join(target, 'LICENSE'));
copyFileSync(path.join(root, 'schema/schema.graphql'), path.join(target, 'schema.graphql'));

// The compiler rewrites the extensions of what is imported in code, not those in declarations.
for (const file of globSync('**/*.d.ts', { cwd: target })) {
  const declarations = readFileSync(path.join(target, file), 'utf8');
  writeFileSync(path.join(target, file), declarations.replaceAll(/(['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js'));
}
