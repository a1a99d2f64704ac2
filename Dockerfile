# Formulary's server and client on Debian 12.
#
#   docker build -t formulary .
#   docker run --rm -p 127.0.0.1:7433:7433 -v formulary-cache:/var/cache/formulary formulary
#
# The server speaks plain gRPC and asks nobody who he is: publish its ports to networks you trust only.
# Its flags go behind the image's name, or into the environment as FORMULARY_<FLAG>.
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BASE} AS build
ENV LANG=C.UTF-8
COPY deploy/install-dependencies /source/deploy/
RUN /source/deploy/install-dependencies --build
COPY . /source/
WORKDIR /source
RUN deploy/build release -DFORMULARY_TESTS=OFF \
 && strip build/release/bin/formulary \
 && strip --strip-debug build/release/bin/formularyd

FROM ${BASE}
# The compiler stays: kernels are compiled where they run. tini, as process 1, reaps what a killed compiler leaves.
COPY deploy/install-dependencies /tmp/
RUN /tmp/install-dependencies --runtime \
 && apt-get install -y -qq --no-install-recommends tini >/dev/null \
 && rm -rf /tmp/install-dependencies /var/lib/apt/lists/* \
 && groupadd --gid 7433 formulary \
 && useradd --uid 7433 --gid 7433 --no-create-home --home-dir /var/cache/formulary --shell /usr/sbin/nologin formulary \
 && install --directory --owner=formulary --group=formulary --mode=0700 /var/cache/formulary
COPY --from=build /source/build/release/bin/formularyd /source/build/release/bin/formulary /usr/local/bin/

USER 7433:7433
# A folder inside the volume: the server takes only one that is its own, whoever made the volume.
ENV FORMULARY_LISTEN=0.0.0.0:7433 \
    FORMULARY_HTTP_LISTEN=0.0.0.0:7434 \
    FORMULARY_CACHE_DIR=/var/cache/formulary/kernels
VOLUME /var/cache/formulary
EXPOSE 7433 7434
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s CMD ["formulary", "info", "--deadline", "4"]
ENTRYPOINT ["/usr/bin/tini", "--", "formularyd"]
