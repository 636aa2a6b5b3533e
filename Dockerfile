# The image of sidecar-injector: one bundle, and the page that it serves on request, on distroless Node 24, as a user that is not root.
#
#   docker build --tag sidecar-injector:0.1.0 .
#
# Building it needs a container engine and the two base images; the tests of this project have neither, so they check
# this file against the bundle and against deploy/ without building it. scripts/release/image.ts packs the same image without an
# engine, on the same base. docs/install/image.md says how the digests are renewed.
FROM node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# The package "node" is for machines with an older Node.
RUN npm ci --ignore-scripts
COPY . .
RUN node scripts/build.ts && node scripts/build-playground.ts

FROM gcr.io/distroless/nodejs24-debian12:nonroot@sha256:14d42e2511532589a7c7e01a753667a74fcc96266e137e8125006b87b0c32d0a
WORKDIR /app
COPY --from=build /build/dist ./
COPY --from=build /build/sidecars ./sidecars
USER 65532:65532
# Of the 256 MiB of the pod in deploy/ the heap gets 112: Node.js by itself would take all of them. What others can make
# the program hold is bounded to fit; docs/reliability.md has the figures.
# One arena, a small young generation and two compilers less keep the resident memory below 100 MiB; docs/performance.md
# has the figures.
ENV NODE_ENV=production MALLOC_ARENA_MAX=1
EXPOSE 10250 8080
ENTRYPOINT ["/nodejs/bin/node", "--max-old-space-size=112", "--max-semi-space-size=4", "--no-maglev", "--no-sparkplug", "/app/sidecar-injector.mjs"]
CMD ["serve"]
