import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { buildContext, type Instruction, project, type Stage, stages } from './dockerfile.ts';

/** What a build leaves: the file system as a folder, and how the image is run. */
export interface Image {
  root: string;
  workdir: string;
  env: Record<string, string>;
  user: { uid: number; gid: number };
  command: string[];
  healthcheck: string[];
}

/**
 * Follows the Dockerfile in a folder, without Docker: its COPY and RUN instructions take place, but for installing, in whose
 * place the installed packages are linked, and for what only root may do, where somebody else runs the tests.
 */
export function buildImage(folder: string): Image {
  const built = new Map<string, Image>();
  let image: Image | undefined;
  for (const [index, stage] of stages.entries()) {
    const root = path.join(folder, String(index));
    image = buildStage(root, stage, built);
    if (stage.name) built.set(stage.name, image);
  }
  if (!image) throw new Error('The Dockerfile has no stage.');
  return image;
}

function buildStage(root: string, { from, instructions }: Stage, built: ReadonlyMap<string, Image>): Image {
  const base = built.get(from);
  if (base) copyTree(base.root, root);
  else makeNodeImage(root);
  const image: Image = base
    ? { ...base, root, env: { ...base.env } }
    : { root, workdir: '/', env: {}, user: { uid: 0, gid: 0 }, command: [], healthcheck: [] };
  for (const instruction of instructions) follow(image, instruction, built);
  return image;
}

/** As the official image of Node has it; which version, `npm ci` says. */
function makeNodeImage(root: string): void {
  const programs = path.join(root, 'usr/local/bin');
  mkdirSync(programs, { recursive: true });
  copyFileSync(process.execPath, path.join(programs, 'node'));
}

function follow(image: Image, instruction: Instruction, built: ReadonlyMap<string, Image>): void {
  const { keyword, words, properties, text } = instruction;
  switch (keyword) {
    case 'WORKDIR':
      image.workdir = path.posix.resolve(image.workdir, text);
      mkdirSync(inImage(image, '.'), { recursive: true });
      return;
    case 'COPY':
      copy(image, instruction, built);
      return;
    case 'RUN':
      run(image, text);
      return;
    case 'ENV':
      Object.assign(image.env, properties);
      return;
    case 'USER': {
      const [uid, gid] = text.split(':').map(Number);
      if (uid === undefined || gid === undefined) throw new Error(`USER ${text} is not two numbers.`);
      image.user = { uid, gid };
      return;
    }
    case 'CMD':
      image.command = [...words];
      return;
    case 'HEALTHCHECK':
      image.healthcheck = JSON.parse(text.replace(/^CMD/, ''));
      return;
    case 'LABEL':
    case 'EXPOSE':
    case 'VOLUME':
      return;
    default:
      throw new Error(`What ${keyword} does is not known here.`);
  }
}

const inImage = ({ root, workdir }: Image, file: string): string => path.join(root, path.posix.resolve(workdir, file));

function copy(image: Image, { words, flags }: Instruction, built: ReadonlyMap<string, Image>): void {
  const sources = words.slice(0, -1);
  const target = words.at(-1) ?? '';
  const intoFolder = target.endsWith('/') || sources.length > 1;
  const from = flags.from === undefined ? null : built.get(flags.from);
  if (from === undefined) throw new Error(`COPY --from=${flags.from} names no stage.`);
  for (const source of sources) {
    const to = inImage(image, intoFolder ? path.posix.join(target, path.posix.basename(source)) : target);
    if (from) copyTree(path.join(from.root, source), to);
    else copyFromContext(source, to);
  }
}

function copyFromContext(source: string, to: string): void {
  const files = buildContext().filter((file) => file === source || file.startsWith(`${source}/`));
  if (files.length === 0) throw new Error(`COPY ${source}: there is no such file in what the build is sent.`);
  for (const file of files) {
    const target = path.join(to, path.relative(source, file));
    mkdirSync(path.dirname(target), { recursive: true });
    copyFileSync(path.join(project, file), target);
  }
}

function copyTree(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true });
  link([from, to]);
}

/** Copies where the file system cannot link; nobody writes to these files. */
function link(paths: string[], ...options: string[]): void {
  try {
    execFileSync('cp', ['--archive', '--link', ...options, ...paths], { cwd: project, stdio: 'ignore' });
  } catch {
    execFileSync('cp', ['--archive', '--force', ...options, ...paths], { cwd: project });
  }
}

function run(image: Image, command: string): void {
  const cwd = inImage(image, '.');
  if (command.startsWith('npm ci')) {
    if (command.includes('--omit=dev')) installForProduction(cwd);
    else symlinkSync(path.join(project, 'node_modules'), path.join(cwd, 'node_modules'));
    return;
  }
  const allowed = process.getuid?.() === 0 ? command : command.replace(/&& chown \S+ \S+/, '');
  const PATH = `${path.join(image.root, 'usr/local/bin')}:${process.env.PATH}`;
  execFileSync('sh', ['-c', allowed], { cwd, env: { ...process.env, PATH }, stdio: 'pipe' });
}

/** What the lock file says is for production. Not by a link to the folder: packages would find the others from where they really are. */
function installForProduction(folder: string): void {
  const { packages } = JSON.parse(readFileSync(path.join(project, 'package-lock.json'), 'utf8'));
  const installed = Object.entries<{ dev?: boolean }>(packages).flatMap(([name, { dev = false }]) =>
    // Some are for other platforms.
    name && existsSync(path.join(project, name))
      ? [{ name, dev, isNested: name.lastIndexOf('node_modules/') > 0 }]
      : [],
  );
  const kept = installed.filter(({ dev, isNested }) => !dev && !isNested);
  link(
    kept.map(({ name }) => name),
    '--parents',
    '--target-directory',
    folder,
  );
  for (const { name } of installed.filter(({ dev, isNested }) => dev && isNested)) {
    rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}
