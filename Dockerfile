# syntax=docker/dockerfile:1
# The engine with the application that it serves, as a small image that runs as nobody in particular.
#   docker build -t agentlocator --build-arg REVISION=$(git rev-parse --short HEAD) .
#   MODELS=included   puts the local speech models (230 MB) into the image; without it the volume
#                     of MODELS_DIR is filled by `agentlocator models prepare`, or left empty where
#                     speech comes from services
ARG MODELS=later

FROM node:22-bookworm-slim AS client
WORKDIR /src/client
COPY client/package.json client/package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY client ./
RUN npm run build

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends clang cmake g++ libclang-dev libssl-dev make pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY actors actors
COPY benches benches
COPY documents documents
COPY domain domain
COPY gateways gateways
COPY media media
COPY migrations migrations
COPY simulator simulator
COPY src src
COPY store store
COPY tests tests
COPY --from=client /src/client/dist client/dist
# For any machine of this architecture, not only for the one that builds.
ENV GGML_NATIVE=OFF
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin agentlocator && cp target/release/agentlocator /agentlocator

FROM debian:bookworm-slim AS runtime
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3 libstdc++6 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /agentlocator /usr/local/bin/agentlocator

FROM runtime AS models-later
RUN mkdir /models

FROM runtime AS models-included
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip
RUN MODELS_DIR=/models agentlocator models prepare

FROM models-${MODELS} AS models

FROM runtime
ARG REVISION=unknown
# 10001 owns what it writes and nothing else; a number, so that a cluster can see that it isn't root.
RUN mkdir -p /var/lib/agentlocator && chown 10001:10001 /var/lib/agentlocator
COPY --from=models --chown=10001:10001 /models /var/lib/agentlocator-models
WORKDIR /var/lib/agentlocator
ENV APP_ENV=production \
    APP_REV=${REVISION} \
    BIND=0.0.0.0 \
    PORT=8080 \
    DATA_DIR=/var/lib/agentlocator \
    MODELS_DIR=/var/lib/agentlocator-models
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 CMD ["agentlocator", "health"]
ENTRYPOINT ["agentlocator"]
CMD ["serve"]
