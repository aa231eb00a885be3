# The service alone: no tests, no tools, no build step (Node runs the sources as they are).
#
# A tag moves. For what has to be the same tomorrow, name the image by its digest, in one place:
#   docker build --build-arg NODE_IMAGE=node:26-slim@sha256:… .
ARG NODE_IMAGE=node:26-slim

FROM ${NODE_IMAGE} AS app
WORKDIR /app
COPY package.json package-lock.json ./
# The optional packages are Node itself, for machines that have another: here the image's own runs. No package may run
# a script of its own.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
COPY LICENSE ./
COPY src ./src
# A checkout may be closed to others (umask 077), and whoever runs it here is another.
RUN chmod -R u=rwX,go=rX LICENSE package.json src

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="matching-stream" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
# All of it belongs to root and is run by a user who may not write: nothing here needs a writable file system.
COPY --from=app /app/node_modules ./node_modules
COPY --from=app /app/package.json /app/LICENSE ./
COPY --from=app /app/src ./src
# Within a container loopback is nobody: it listens everywhere, and so refuses to start without AUTH_*.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8001
USER node
EXPOSE 8001
# Whether it is alive, not whether it is ready: starting it again brings no database back.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "src/main.ts"]
