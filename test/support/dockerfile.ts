import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import dockerignore from '@balena/dockerignore';
import {
  DockerfileParser,
  From,
  JSONInstruction,
  ModifiableInstruction,
  type Instruction as Parsed,
  PropertyInstruction,
} from 'dockerfile-ast';

export interface Instruction {
  keyword: string;
  /** Without their dashes, as `from` of `--from=build`. */
  flags: Readonly<Record<string, string>>;
  /** The arguments, of the JSON form too. */
  words: readonly string[];
  /** Names and values of ENV, LABEL and ARG. */
  properties: Readonly<Record<string, string>>;
  /** Everything behind keyword and flags. */
  text: string;
}

export interface Stage {
  name: string | null;
  /** An image, or the name of an earlier stage. */
  from: string;
  instructions: readonly Instruction[];
}

export const project = fileURLToPath(new URL('../..', import.meta.url));
export const dockerfileText = readFileSync(path.join(project, 'Dockerfile'), 'utf8');

/** The stages of the Dockerfile, in order; the last one is the image. */
export const stages: readonly Stage[] = readStages();

/** The files of a clean clone that a build is sent, as paths. What git does not know yet counts, unless it is told to ignore it. */
export function buildContext(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: project,
    encoding: 'utf8',
  });
  return listed.split('\0').filter((file) => file && existsSync(path.join(project, file)) && !isIgnored(file));
}

const ignored = dockerignore.default().add(readFileSync(path.join(project, '.dockerignore'), 'utf8'));

/** Whether .dockerignore keeps a file from the build. */
export const isIgnored = (file: string): boolean => ignored.ignores(file);

function readStages(): Stage[] {
  const found: (Omit<Stage, 'instructions'> & { instructions: Instruction[] })[] = [];
  for (const parsed of DockerfileParser.parse(dockerfileText).getInstructions()) {
    if (parsed instanceof From) {
      found.push({ name: parsed.getBuildStage(), from: parsed.getImage() ?? '', instructions: [] });
    } else {
      found.at(-1)?.instructions.push(read(parsed));
    }
  }
  return found;
}

function read(parsed: Parsed): Instruction {
  const flags = parsed instanceof ModifiableInstruction ? parsed.getFlags() : [];
  const properties = parsed instanceof PropertyInstruction ? parsed.getProperties() : [];
  const json = parsed instanceof JSONInstruction ? parsed.getJSONStrings() : [];
  return {
    keyword: parsed.getKeyword(),
    flags: Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? ''])),
    words:
      json.length > 0 ? json.map((word) => word.getJSONValue()) : parsed.getArguments().map((word) => word.getValue()),
    properties: Object.fromEntries(properties.map((property) => [property.getName(), property.getValue() ?? ''])),
    text: parsed.getArgumentsContent() ?? '',
  };
}
