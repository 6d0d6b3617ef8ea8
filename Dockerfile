# safe-install with Node, npm and bubblewrap: the gate for a CI that has containers.
#
#   docker build -t safe-install .
#   docker run --rm -v "$PWD:/project" safe-install gate --base origin/main
#   docker run --rm -v "$PWD:/project" safe-install scan package-lock.json
#
# The gate needs the base commit (a checkout with fetch-depth: 0), and the tarballs' registry or a cache; it writes nothing to
# /project, which may be mounted read-only (:ro).
#
# To own what is written: --user "$(id -u):$(id -g)" --env HOME=/tmp
#
# Reading and judging need no privilege. Running an approved script needs user namespaces for bubblewrap, which the
# default seccomp, AppArmor and /proc masking of a container forbid. Allow them for this container only:
#   --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined
# Never --privileged: it gives the container the machine's devices. Without these flags safe-install says that it
# cannot confine the script, and does not run it.
#
# For a build that cannot change: --build-arg BASE=node@sha256:<digest>
ARG BASE=node:24-trixie-slim

FROM ${BASE} AS base
# Debian keeps no version but the newest of a release, so a pinned one would stop building.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap ca-certificates git python3 \
 && rm -rf /var/lib/apt/lists/*
# What is mounted belongs to somebody else. Only objects are read there, by commands that start nothing (run/git.py).
RUN git config --system --add safe.directory /project

FROM base AS build
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv && rm -rf /var/lib/apt/lists/*
# Two environments: what builds the wheel does not come along.
RUN python3 -m venv /opt/build && python3 -m venv /opt/safe-install
WORKDIR /checkout
# The pins first: they change seldom, so this layer is kept.
COPY requirements/build.txt requirements/run.txt requirements/
RUN /opt/build/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/build.txt \
 && /opt/safe-install/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY signatures signatures
COPY src src
RUN /opt/build/bin/python -m hatchling build --target wheel --directory /dist \
 && /opt/safe-install/bin/pip install --no-cache-dir --no-index --no-deps /dist/*.whl \
 && /opt/safe-install/bin/pip uninstall --yes pip

FROM base
COPY --from=build /opt/safe-install /opt/safe-install
# Behind everything else: the environment's own python and tools must not stand before the system's.
ENV PATH="$PATH:/opt/safe-install/bin"
# By number, so that a cluster can see that it is not root. 1000 is `node`, whose home exists and is writable.
USER 1000:1000
ENV HOME=/home/node
WORKDIR /project
ENTRYPOINT ["safe-install"]
CMD ["--help"]
