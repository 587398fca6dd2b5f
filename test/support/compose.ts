import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { project } from './dockerfile.ts';

const strings = z.array(z.string());
const duration = z.string().regex(/^\d+s$/);

/** Of Compose's keys those that are used: a misspelt one is none of them. */
const service = z.strictObject({
  image: z.string(),
  build: z.literal('.').optional(),
  pull_policy: z.literal('never').optional(),
  command: strings.optional(),
  user: z.string().optional(),
  init: z.boolean(),
  read_only: z.boolean(),
  cap_drop: strings,
  cap_add: strings.default([]),
  security_opt: strings,
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  logging: z.strictObject({ driver: z.string() }),
  networks: strings,
  ports: strings.default([]),
  environment: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).default({}),
  volumes: strings.default([]),
  tmpfs: strings.default([]),
  shm_size: z.string().optional(),
  healthcheck: z
    .union([
      z.strictObject({ disable: z.literal(true) }),
      z.strictObject({ test: strings, interval: duration, timeout: duration, start_period: duration }),
    ])
    .optional(),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({ condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']) }),
    )
    .default({}),
  stop_grace_period: duration.optional(),
});

const file = z.looseObject({
  name: z.string(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean() }).nullable()),
  volumes: z.record(z.string(), z.null()),
});

export type Service = z.infer<typeof service>;

export const composeText = readFileSync(path.join(project, 'compose.yaml'), 'utf8');

export const compose = file.parse(parse(composeText, { merge: true }));
