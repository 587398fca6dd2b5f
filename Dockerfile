# The server with its production dependencies, as a user who can write its data and nothing else.
# Pinned by version: the version of Node is the one that npm ci brings along for the tests. Where a build has to be the same for
# ever, pin it by digest as well: node:24.21.0-bookworm-slim@sha256:…

FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app


FROM base AS dependencies
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --no-audit --no-fund
# The image has that Node already.
RUN rm -rf node_modules/node-linux-* node_modules/.bin/node


FROM base AS build
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json mikro-orm.config.ts ./
COPY migrations migrations
COPY src src
COPY client client
COPY web web
# What only another build would read does not go along.
RUN npm run build && rm dist/.tsbuildinfo


FROM base
LABEL org.opencontainers.image.title="Carryover" \
      org.opencontainers.image.description="A self-hosted GraphQL server for AI coaching chat" \
      org.opencontainers.image.licenses="MIT"

# SQLite's folder, where no DATABASE_URL names another database. By number, so that an orchestrator can tell it is not root.
RUN mkdir --mode=700 data && chown 1000:1000 data
COPY package.json LICENSE ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist

# Outside loopback the server starts with a login only, so AUTH_JWT_SECRET or AUTH_JWKS_URL has to be set.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
USER 1000:1000
VOLUME ["/app/data"]
EXPOSE 4000

# That it is up. Whether it wants requests is /readyz, for who sends them: no restart mends a database that is away.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:' + (process.env.PORT || 4000) + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

# Node itself is told to stop, and drains: give it longer than DRAIN_SECONDS, as in docker run --stop-timeout 30.
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
